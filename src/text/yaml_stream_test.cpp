#include "src/text/yaml_stream.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

using yaml::Placed;

yaml::Stream read(std::string_view text) {
  auto read = yaml::Stream::read(text);
  const auto* refusal = std::get_if<yaml::Refusal>(&read);
  REQUIRE_MESSAGE(!refusal, refusal->what);
  return std::get<yaml::Stream>(std::move(read));
}

yaml::Refusal refusal(std::string_view text) {
  auto read = yaml::Stream::read(text);
  REQUIRE(std::holds_alternative<yaml::Refusal>(read));
  return std::get<yaml::Refusal>(read);
}

/// The bytes of the file for each byte of a text: those of a verbatim stretch by themselves, others in brackets.
std::string retraced(std::string_view file, const Placed& scalar) {
  std::string all;
  uint32_t end = 0;
  for (const yaml::Stretch& stretch : yaml::stretches(file, scalar)) {
    CHECK(stretch.begin == end);
    end = stretch.end;
    const std::string_view origin = file.substr(stretch.from, stretch.to - stretch.from);
    if (stretch.verbatim) CHECK(origin == std::string_view(scalar.text).substr(stretch.begin, stretch.end - stretch.begin));
    all += stretch.verbatim ? std::string(origin) : "[" + std::string(origin) + "]";
  }
  CHECK(end == scalar.text.size());
  return all;
}

TEST_CASE("every scalar knows where its bytes stand") {
  struct Row {
    std::string_view file, decoded, retraced;
  };
  for (const Row& row : {
           Row{"k: plain text # no more", "plain text", "plain text"},
           Row{"k: one\n  two\n\n  three", "one two\nthree", "one[\n  ]two\nthree"},
           Row{"k: 'it''s'", "it's", "it['']s"},
           Row{"k: 'a \n\n  b '", "a\nb ", "a\nb "},
           Row{"k: \"a\\tb\\u00e9\\x41\\\n   c\"", "a\tb\xc3\xa9" "Ac", "a[\\t]b[\\u00e9][\\x41]c"},
           Row{"k: |\n  one\n    two\n\n  three\n", "one\n  two\n\nthree\n", "one\n  two\n\nthree\n"},
           Row{"k: |-\n  one\n\n\n", "one", "one"},
           Row{"k: |+\n  one\n\n\n", "one\n\n\n", "one\n\n\n"},
           Row{"k: |2 # two\n    one\n  two\n", "  one\ntwo\n", "  one\ntwo\n"},
           Row{"k: |\r\n  one\r\n  two\r\n", "one\ntwo\n", "one[\r\n]two[\r\n]"},
           Row{"k: >\n  one\n  two\n\n  three\n    four\n  five\n", "one two\nthree\n  four\nfive\n", "one[\n  ]two\nthree\n  four\nfive\n"},
           Row{"k: >-\n\n  one\n", "\none", "\none"},
           Row{"k: &anchor !!str\n  |\n  one\n", "one\n", "one\n"},
           Row{"k: ", "", ""},
           Row{"\xef\xbb\xbfk: \xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
           Row{"{\xc3\xa9: \xe2\x82\xac, k: x}", "x", "x"},
       }) {
    CAPTURE(row.file);
    const yaml::Stream stream = read(row.file);
    REQUIRE(stream.documents().size() == 1);
    const Placed* value = yaml::find(*stream.documents()[0], "k");
    REQUIRE(value);
    CHECK(value->text == row.decoded);
    CHECK(retraced(row.file, *value) == row.retraced);
  }
}

TEST_CASE("collections, anchors and merge keys") {
  const std::string_view text = "base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\nlist: [&l one, *l]\ntwice: 1\ntwice: 2\n---\nnext: 1\n--- \n";
  const yaml::Stream stream = read(text);
  REQUIRE(stream.documents().size() == 3);
  const Placed& root = *stream.documents()[0];
  const auto mine = yaml::entries(*yaml::find(root, "mine"));
  REQUIRE(mine.size() == 2);
  CHECK(yaml::find(*yaml::find(root, "mine"), "x")->text == "1");
  CHECK(yaml::find(*yaml::find(root, "mine"), "y")->text == "3");
  CHECK(yaml::find(root, "list")->items[1]->resolved().text == "one");
  CHECK(yaml::find(root, "twice")->text == "2");
  const Placed& base = *yaml::find(root, "base");
  CHECK(text.substr(base.begin, base.end - base.begin) == "{x: 1, y: 2}");
  const Placed& whole = *yaml::find(root, "mine");
  CHECK(text.substr(whole.begin, whole.end - whole.begin) == "<<: *b\n  y: 3");
  CHECK(stream.documents()[2]->is_null());
}

TEST_CASE("what is no YAML, or too much, is refused with its place") {
  CHECK(refusal("a: [1\n").what == "did not find expected ',' or ']', while parsing a flow sequence");
  CHECK(refusal("a:\n\tb: 1\n").offset == 3);
  CHECK(refusal("a: &a [*a]\n").what == "anchor &a contains itself");
  CHECK(refusal("a: *b\n").what == "there is no anchor &b before this alias");
  CHECK(refusal("a: *b\n").offset == 3);
  CHECK(refusal("k: \xff\n").what.starts_with("not UTF-8 text"));
  CHECK(refusal("k: \xff\n").offset == 3);
  CHECK(refusal(std::string(2, '\xff') + "\xfe").what.starts_with("not UTF-8"));
  CHECK(refusal(std::string("\xff\xfe", 2) + std::string("a\0", 2)).what == "UTF-16, not UTF-8");
  CHECK(refusal(std::string(200, '[')).what == "nested deeper than 100 levels");
  CHECK(refusal(std::string(size_t{50} << 20, 'x')).what == "50 MiB, more than the 32 MiB that are read");
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last + ", " + last + "]\n";
  }
  CHECK(refusal(bomb).what == "more than 2000000 values, aliases followed");
  // The same through merge keys.
  bomb = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + last + ", " + last + "]}\n";
  }
  CHECK(refusal(bomb).what == "more than 2000000 values, aliases followed");
}

}  // namespace
}  // namespace invar
