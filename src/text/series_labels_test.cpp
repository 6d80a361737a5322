#include "src/text/series_labels.h"

#include <doctest/doctest.h>

using namespace invar;

TEST_CASE("labels of a series, as PromQL writes them") {
  struct Row {
    std::string_view text, labels;
  };
  for (const Row& row : {Row{R"({a="1"})", "a=1;"}, Row{R"(metric{a='x', b=`\y`,})", "__name__=metric;a=x;b=\\y;"},
                         Row{R"({"any name"="v", "m"})", "any name=v;__name__=m;"}, Row{"", ""}, Row{"{}", ""}, Row{"sum{a=\"1\"}", "__name__=sum;a=1;"},
                         Row{"{ # c\n a=\"\\u00e9\\x41\\102\\n\" }", "a=\u00e9AB\n;"}, Row{R"({by="1"})", "by=1;"}}) {
    const auto labels = parse_series_labels(row.text);
    REQUIRE_MESSAGE(labels.ok(), std::string(row.text) << ": " << (labels.ok() ? "" : labels.error().what));
    std::string text;
    for (const auto& [name, value] : *labels) text += name + "=" + value + ";";
    CHECK(text == row.labels);
  }
}

TEST_CASE("what is no series is refused in Prometheus' words") {
  struct Row {
    std::string_view text, error;
  };
  for (const Row& row : {Row{"{a=~\"x\"}", "1:3: parse error: unexpected <op:=~> in label set, expected \"=\""},
                         Row{"a=\"1\"", "1:2: parse error: unexpected \"=\""},
                         Row{"{a=\"1\"", "1:7: parse error: unexpected end of input inside braces"},
                         Row{"{a-b=\"1\"}", "1:3: parse error: unexpected character inside braces: '-'"},
                         Row{"{,}", "1:2: parse error: unexpected \",\" in label set, expected identifier or \"}\""},
                         Row{"{a=1}", "1:4: parse error: unexpected character inside braces: '1'"},
                         Row{"{a=b}", "1:4: parse error: unexpected identifier \"b\" in label set, expected string"},
                         Row{"{a=\"1\" b=\"2\"}", "1:8: parse error: unexpected identifier \"b\" in label set, expected \",\" or \"}\""},
                         Row{"{a=\"1\"} x", "1:9: parse error: unexpected identifier \"x\""},
                         Row{"{a=\"\\q\"}", "1:4: parse error: unknown escape sequence U+0071 'q'"},
                         Row{"{\n a=\"x", "2:4: parse error: unterminated quoted string"}}) {
    const auto labels = parse_series_labels(row.text);
    REQUIRE_FALSE(labels.ok());
    CHECK(labels.error().what == row.error);
  }
}
