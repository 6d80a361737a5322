#include "src/text/json.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

// The document as text again, or "malformed".
std::string line_of(std::string_view line) {
  static json::Parser parser;
  if (!parser.parse_line(line)) return "malformed";
  std::string out;
  parser.root().append_json(out);
  return out;
}

TEST_CASE("lines are read as json-iterator reads them") {
  struct Row {
    std::string_view line, json;
  };
  for (const Row& row : {
           Row{R"({"a":1,"b":[true,null,"x"]})", R"({"a":1,"b":[true,null,"x"]})"},
           Row{R"( {"a":{"c":1},"a":2} )", R"({"a":2})"},
           Row{R"({"n":-0,"m":123456789012345678901234567890,"t":1e-7})", R"({"n":-0,"m":1.2345678901234568e+29,"t":1e-07})"},
           Row{R"({"n":1e400})", "malformed"},
           Row{R"({"n":01})", "malformed"},
           Row{R"({"a":1} x)", "malformed"},
           Row{"[1]", "malformed"},
           Row{"", "malformed"},
           Row{"null", "null"},
           Row{R"({"a":"\ud83d"})", "{\"a\":\"\xef\xbf\xbd\"}"},
           Row{R"({"a":"\udc00\ud83d x"})", "{\"a\":\"\xef\xbf\xbd\xef\xbf\xbd x\"}"},
           Row{R"({"a":"<&>"})", R"({"a":"\u003c\u0026\u003e"})"},
           Row{"{\"a\":\"x\ty\"}", "malformed"},
           Row{"{\"a\":\"\\nx\ty\"}", R"({"a":"\nx\ty"})"},
       }) {
    INFO(row.line);
    CHECK(line_of(row.line) == row.json);
  }
}

TEST_CASE("bytes that are not UTF-8 pass through") {
  json::Parser parser;
  REQUIRE(parser.parse_line("{\"a\xff\":\"x\xfey\",\"b\":-0}"));
  json::Value value;
  REQUIRE(parser.root().member("a\xff", value));
  CHECK(value.as_string() == "x\xfey");
  REQUIRE(parser.parse_any("[\"x\xfey\"]"));
  REQUIRE(parser.root().element(-1, value));
  CHECK(value.as_string() == "x\xef\xbf\xbdy");
}

TEST_CASE("deep nesting is allowed as far as Go allows it") {
  const auto nested = [](size_t depth) { return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}"; };
  json::Parser parser;
  CHECK(parser.parse_line(nested(1000)));
  CHECK(parser.parse_line(nested(9000)));
  CHECK_FALSE(parser.parse_line(nested(20000)));
  CHECK(parser.parse_line("{}"));
}

TEST_CASE("docker lines") {
  json::Parser parser;
  json::Parser::DockerLine line;
  REQUIRE(parser.parse_docker(R"({"Log":"a\n","STREAM":"stdout","x":1e999,"time":null})", line));
  CHECK(line.log == "a\n");
  CHECK(line.stream == "stdout");
  CHECK(line.time.empty());
  for (const std::string_view bad : {R"({"log":1})", R"({"log":""})", R"({"stream":"x"})", R"({"log":"x","time":3})", "[]", "null", R"({"log":"x"} y)"})
    CHECK_FALSE(parser.parse_docker(bad, line));
}

}  // namespace

TEST_CASE("syntax errors have Go's words") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {
           Row{R"( {"a": [1, -0.5e+3, "\u00e9\n", null, true, false, {}]} )", ""},
           Row{"", "unexpected end of JSON input"},
           Row{"none", "invalid character 'o' in literal null (expecting 'u')"},
           Row{"nul", "invalid character ' ' in literal null (expecting 'l')"}, Row{"[nul", "invalid character ' ' in literal null (expecting 'l')"},
                         Row{"1.", "invalid character ' ' after decimal point in numeric literal"}, Row{"[1", "unexpected end of JSON input"},
           Row{"'a'", R"(invalid character '\'' looking for beginning of value)"},
           Row{"[1 2]", "invalid character '2' after array element"},
           Row{"[1,]", "invalid character ']' looking for beginning of value"},
           Row{"{a:1}", "invalid character 'a' looking for beginning of object key string"},
           Row{R"({"a" 1})", "invalid character '1' after object key"},
           Row{R"({"a":1 "b"})", R"(invalid character '"' after object key:value pair)"},
           Row{"01", "invalid character '1' after top-level value"},
           Row{"-x", "invalid character 'x' in numeric literal"},
           Row{"1.x", "invalid character 'x' after decimal point in numeric literal"},
           Row{"1ex", "invalid character 'x' in exponent of numeric literal"},
           Row{R"("\x")", "invalid character 'x' in string escape code"},
           Row{R"("\u12g")", R"(invalid character 'g' in \u hexadecimal character escape)"},
           Row{"\"a\n\"", R"(invalid character '\n' in string literal)"},
       }) {
    INFO(std::string(row.text));
    CHECK(json::syntax_error(row.text) == row.error);
  }
}

}  // namespace invar
