#include "src/base/quote.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace invar {
namespace {

std::string utf8(char32_t rune) {
  std::string out;
  append_rune(out, rune);
  return out;
}

TEST_CASE("text is quoted as Go's %q does") {
  struct Row {
    std::string_view text, expected;
  };
  using namespace std::string_view_literals;
  for (const Row& row : {
           Row{"", R"("")"},
           Row{"plain 'text'", R"("plain 'text'")"},
           Row{"a\"b\\c", R"("a\"b\\c")"},
           Row{"\a\b\f\n\r\t\v", R"("\a\b\f\n\r\t\v")"},
           Row{"\x01\x7f"sv, R"("\x01\x7f")"},
           Row{"\0"sv, R"("\x00")"},
           Row{"caf\u00e9 \u4e16", "\"caf\u00e9 \u4e16\""},
           Row{"\u200b\u00a0\u00ad", R"("\u200b\u00a0\u00ad")"},
           Row{"\U000e0001", R"("\U000e0001")"},
           Row{"\xff\xc3", R"("\xff\xc3")"},
           Row{"\ufffd", "\"\ufffd\""},
       }) {
    CHECK(quoted(row.text) == row.expected);
  }
}

TEST_CASE("literals are unquoted as Go does") {
  struct Row {
    std::string_view literal, expected;
  };
  for (const Row& row : {
           Row{R"("")", ""},
           Row{R"("a\"b\\\n\x41\101\u00e9\U0001F600")", "a\"b\\\nAA\u00e9\U0001F600"},
           Row{"`raw \\n \r\n\"`", "raw \\n \n\""},
           Row{"\"\xff\"", "\ufffd"},
       }) {
    std::string out;
    CHECK(unquote(row.literal, out));
    CHECK(out == row.expected);
  }
  std::string out;
  for (const std::string_view bad : {"", "\"", "\"a", "'a'", R"("\'")", R"("\q")", R"("\x4")", R"("\400")", R"("\ud800")",
                                     R"("\U00110000")", R"("\")", "\"a\nb\"", "\"a\"b\"", "`a`b`"}) {
    INFO(bad);
    CHECK_FALSE(unquote(bad, out));
  }
}

TEST_CASE("unquoting says where each byte is written") {
  std::string out;
  std::vector<uint32_t> starts;
  REQUIRE(unquote(R"("a\n\u00e9b")", out, starts));
  CHECK(out == "a\n\u00e9b");
  CHECK(starts == std::vector<uint32_t>{1, 2, 4, 4, 10, 11});
  REQUIRE(unquote("`a\r\nb`", out, starts));
  CHECK(starts == std::vector<uint32_t>{1, 3, 4, 5});
  REQUIRE(unquote("\"\"", out, starts));
  CHECK(starts == std::vector<uint32_t>{1});
  CHECK_FALSE(unquote("\"\\q\"", out, starts));
}

TEST_CASE("floats are written as Go does") {
  struct Row {
    double value;
    std::string fixed, general;
  };
  for (const Row& row : {
           Row{0, "0", "0"},
           Row{-0.0, "-0", "-0"},
           Row{0.5, "0.5", "0.5"},
           Row{-12345.678, "-12345.678", "-12345.678"},
           Row{1e6, "1000000", "1e+06"},
           Row{999999, "999999", "999999"},
           Row{123456789, "123456789", "1.23456789e+08"},
           Row{1e23, "100000000000000000000000", "1e+23"},
           Row{0.0001, "0.0001", "0.0001"},
           Row{0.00001, "0.00001", "1e-05"},
           Row{1e-100, "0." + std::string(99, '0') + "1", "1e-100"},
           Row{HUGE_VAL, "+Inf", "+Inf"},
           Row{-HUGE_VAL, "-Inf", "-Inf"},
           Row{std::numeric_limits<double>::quiet_NaN(), "NaN", "NaN"},
       }) {
    CHECK(format_float(row.value) == row.fixed);
    CHECK(format_float_general(row.value) == row.general);
  }
}

TEST_CASE("runes are decoded as Go does") {
  for (const char32_t rune : {U'a', U'\u00e9', U'\u4e16', U'\uffff', U'\U0001F600', U'\U0010FFFF'}) {
    size_t length = 0;
    const std::string text = utf8(rune);
    CHECK(decode_rune(text + "x", length) == rune);
    CHECK(length == text.size());
    CHECK(is_valid_utf8(text));
  }
  for (const std::string_view bad : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80",
                                     "\xf5\x80\x80\x80", "\xe4\xb8", "\xe4\xb8z", "\xff"}) {
    size_t length = 0;
    CHECK(decode_rune(bad, length) == U'\uFFFD');
    CHECK(length == 1);
    CHECK_FALSE(is_valid_utf8(bad));
  }
  CHECK(utf8(0xD800) == "\ufffd");
  CHECK(utf8(0x110000) == "\ufffd");
}

}  // namespace
}  // namespace invar
