#include "src/text/logfmt.h"

#include <doctest/doctest.h>

#include <vector>

namespace invar {
namespace {

/// `key=value|` for each pair, ! for an error.
std::string walked(std::string_view text) {
  std::string out;
  logfmt::Reader reader;
  for (reader.begin(text); reader.next();) out.append(reader.key()).append("=").append(reader.value()).append("|");
  return reader.failed() ? out + "!" : out;
}

struct Row {
  std::string_view because, text, pairs;
};

}  // namespace

TEST_CASE("pairs of logfmt") {
  for (const Row& row : {
           Row{"plain", "a=1 b=2", "a=1|b=2|"},
           Row{"keys without a value", "a b= c", "a=|b=|c=|"},
           Row{"blanks are all bytes up to the space", "\ta=1\x01\x02 b=2\r\n", "a=1|b=2|"},
           Row{"quoted", "a=\"x y\" b=\"\"", "a=x y|b=|"},
           Row{"a pair right behind a quote", "a=\"x\"b=2", "a=x|b=2|"},
           Row{"escapes", R"(a="q\"\\\/\'\n\t" b=1)", "a=q\"\\/'\n\t|b=1|"},
           Row{"code units", R"(a="\u00e9\u4e2d" b="\ud83d\ude00" c="\ud83d" d="\ude00\ud83d")", "a=é中|b=😀|c=\uFFFD|d=\uFFFD\uFFFD|"},
           Row{"unknown escape", R"(a="\x41" b=1)", "!"},
           Row{"short code unit", R"(a="\u12" b=1)", "!"},
           Row{"quotes are no apostrophes", "a='x y'", "a='x|y'=|"},
           Row{"second =", "x=0 a=1=2 b=3", "x=0|!"},
           Row{"no key", "x=0 =1 b=3", "x=0|!"},
           Row{"quote in a key", "x=0 \"b\"=2", "x=0|!"},
           Row{"quote in a value", "x=0 b=2\" c", "x=0|!"},
           Row{"unterminated", "x=0 b=\"2 c=3", "x=0|!"},
           Row{"ends in an escape", "x=0 b=\"2\\", "x=0|!"},
           Row{"a quoted value ends with its line", "x=0 b=\"2\n\" c=3", "x=0|!"},
           Row{"... also when the end is escaped", "x=0 b=\"2\\\n\" c=3", "x=0|!"},
           Row{"lines", "a=1\nb=2\n\nc=3", "a=1|b=2|c=3|"},
           Row{"runes", "ключ=значение", "ключ=значение|"},
           Row{"broken key", "x=0 a\xff=1", "x=0|!"},
           Row{"U+FFFD in a key", "x=0 a\uFFFD=1", "x=0|!"},
           Row{"broken value", "a=\xff b=\"\xff\" c=\"\xff\\n\"", "a=\xff|b=\xff|c=\uFFFD\n|"},
           Row{"control character beside an escape", "a=\"\\n\t\"", "!"},
           Row{"nothing", " ", ""},
       }) {
    INFO(row.because);
    CHECK(walked(row.text) == row.pairs);
  }
}

TEST_CASE("a line longer than the decoder's buffer ends it") {
  const std::string fits(64 * 1024 - 3, 'x');
  CHECK(walked("a=" + fits) == "a=" + fits + "|");
  CHECK(walked("a=" + fits + "x") == "!");
  CHECK(walked("b=1\na=" + fits + "x\nc=1") == "b=1|!");
  CHECK(walked("b=1\na=" + fits + "\nc=1") == "b=1|a=" + fits + "|c=1|");
}

}  // namespace invar
