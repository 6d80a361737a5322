// YAML of Promtail and Prometheus where Alloy blocks are expected.
#include <doctest/doctest.h>

#include <algorithm>

#include "src/lint/helm/yaml_conversion.h"
#include "tests/lint/linted_yaml.h"

namespace invar::lint {
namespace {

/// What a text becomes; `-`: it is no YAML, `!`: it has no counterpart.
std::string converted(const std::string& text, SnippetKind kind = SnippetKind::kStages) {
  const Source source("x", text);
  const auto foreign = read_foreign_yaml(mapped_text(source), kind);
  if (!foreign) return "-";
  return foreign->alloy ? foreign->alloy->text : "!";
}

TEST_CASE("stages") {
  CHECK(converted("- json:\n    expressions:\n      level: lvl\n      \"a-b\":\n    source: x\n    drop_malformed: true\n") ==
        "stage.json {\n  expressions = {\n    level = \"lvl\",\n    \"a-b\" = \"\",\n  }\n  source = \"x\"\n  drop_malformed = true\n}\n");
  CHECK(converted("- regex:\n    expression: '^(?P<a>\\d+) \"'\n- labels:\n    a:\n- labeldrop: [b, c]\n") ==
        "stage.regex {\n  expression = \"^(?P<a>\\\\d+) \\\"\"\n}\n\nstage.labels {\n  values = {\n    a = \"\",\n  }\n}\n\nstage.labeldrop {\n  values = [\"b\", \"c\"]\n}\n");
  CHECK(converted("- match:\n    selector: '{a=\"b\"}'\n    stages:\n      - drop:\n          source: [x, y]\n          longer_than: 8kb\n          older_than: 24h\n") ==
        "stage.match {\n  selector = \"{a=\\\"b\\\"}\"\n\n  stage.drop {\n    source = \"x,y\"\n    longer_than = \"8KB\"\n    older_than = \"24h\"\n  }\n}\n");
  CHECK(converted("- metrics:\n    lines:\n      type: Counter\n      description: d\n      config:\n        match_all: true\n        action: inc\n    sizes:\n      type: histogram\n      config:\n        value: v\n        buckets: [0.1, 2]\n") ==
        "stage.metrics {\n  metric.counter {\n    name = \"lines\"\n    description = \"d\"\n    match_all = true\n    action = \"inc\"\n  }\n"
        "  metric.histogram {\n    name = \"sizes\"\n    value = \"v\"\n    buckets = [0.1, 2]\n  }\n}\n");
  CHECK(converted("pipeline_stages:\n- docker: {}\n- cri:\n- limit: {rate: 10, burst: 20, drop: yes}\n") ==
        "stage.docker {\n}\n\nstage.cri {\n}\n\nstage.limit {\n  rate = 10\n  burst = 20\n  drop = true\n}\n");
}

TEST_CASE("relabel rules") {
  CHECK(converted("- source_labels: [a, b]\n  regex: x.*\n  action: keep\n- target_label: t\n  replacement: $1\n  modulus: 8\n", SnippetKind::kDiscoveryRules) ==
        "rule {\n  source_labels = [\"a\", \"b\"]\n  regex = \"x.*\"\n  action = \"keep\"\n}\nrule {\n  target_label = \"t\"\n  replacement = \"$1\"\n  modulus = 8\n}\n");
  CHECK(converted("- action: drop\n", SnippetKind::kWriteRelabel) == "write_relabel_config {\n  action = \"drop\"\n}\n");
}

TEST_CASE("all or nothing, and Alloy text is left alone") {
  CHECK(converted("- json:\n    expressions: [a]\n") == "!");
  CHECK(converted("- nothing:\n    a: b\n") == "!");
  CHECK(converted("- json: {}\n", SnippetKind::kDiscoveryRules) == "!");
  CHECK(converted("- action: keep\n") == "!");
  CHECK(converted("- a\n- b\n") == "!");
  for (const std::string_view alloy : {"stage.json {\n  expressions = { a = \"b: c\" }\n}\n", "", "// - a comment\n", "rule { action = \"keep\" }", "forward_to = [a]\n"}) CHECK(converted(std::string(alloy)) == "-");
}

TEST_CASE("names that no stage has, and what is wrong inside, at the places of the YAML") {
  const Linted linted("podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: |\n    - regex:\n        expression: \"(\"\n        sourc: x\n    - timestamp:\n        source: t\n        format: RFC3339\n");
  REQUIRE(linted.findings.size() == 3);
  CHECK(linted.concise().starts_with("x.yaml:4:5: error INV204: Promtail YAML where the chart inserts stages; invar lint --unsafe-fixes --diff shows the conversion\n"));
  CHECK(linted.findings[1].code == "INV130");
  CHECK(linted.concise().ends_with("x.yaml:6:9: error INV110: sourc is no field of regex\n"));
  CHECK(linted.findings[2].help == "did you mean source?");
}

TEST_CASE("the fix writes blocks in place of the YAML, in every style of scalar") {
  for (const auto& [given, expected] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"nodeLogs:\n  enabled: true\n  extraDiscoveryRules: |  # rules\n      - action: keep\n        regex: a\n\n  # more\n  journal: {}\n",
            "nodeLogs:\n  enabled: true\n  extraDiscoveryRules: |\n      rule {\n        action = \"keep\"\n        regex = \"a\"\n      }\n\n  # more\n  journal: {}\n"},
           {"nodeLogs:\n  enabled: true\n  extraDiscoveryRules: \"- action: keep\\n  regex: a\\n\"\n  journal: {}\n",
            "nodeLogs:\n  enabled: true\n  extraDiscoveryRules: |\n    rule {\n      action = \"keep\"\n      regex = \"a\"\n    }\n  journal: {}\n"},
           {"nodeLogs:\r\n  enabled: true\r\n  extraDiscoveryRules: |\r\n    - action: keep\r\n      regex: a\r\n  journal: {}\r\n",
            "nodeLogs:\r\n  enabled: true\r\n  extraDiscoveryRules: |\r\n    rule {\r\n      action = \"keep\"\r\n      regex = \"a\"\r\n    }\r\n  journal: {}\r\n"},
       }) {
    const Linted linted{std::string(given)};
    REQUIRE(linted.findings.size() == 1);
    REQUIRE(linted.findings[0].fix);
    CHECK_FALSE(linted.findings[0].fix->safe);
    const Edit& edit = linted.findings[0].fix->edits[0];
    std::string text(given);
    text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
    CHECK(text == expected);
    CHECK(Linted(text).concise() == "");
  }
}

TEST_CASE("YAML that is not even a text") {
  const std::string given = "podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages:\n    - json:\n        expressions: {a: b}\n  # more\n  namespaces: []\n";
  const Linted linted(given);
  CHECK(linted.concise() == "x.yaml:4:5: error INV204: Promtail YAML where the chart inserts stages; invar lint --unsafe-fixes --diff shows the conversion\n");
  REQUIRE(linted.findings[0].fix);
  const Edit& edit = linted.findings[0].fix->edits[0];
  std::string text = given;
  text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
  CHECK(text == "podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: |\n    stage.json {\n      expressions = {\n        a = \"b\",\n      }\n    }\n  # more\n  namespaces: []\n");
  CHECK(Linted(text).concise() == "");
  CHECK(Linted("podLogsViaLoki:\n  enabled: true\n  extraDiscoveryRules: {a: b}\n").concise().starts_with("x.yaml:3:24: error INV204: YAML where the chart inserts rule { } blocks"));
}

TEST_CASE("a conversion for a text that goes through tpl is escaped for it") {
  const std::string text = "podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: |\n    - template:\n        source: a\n        template: '{{ if eq .Value \"3\" }}error{{ end }}'\n";
  const Linted linted(text);
  const auto found = std::find_if(linted.findings.begin(), linted.findings.end(), [](const Finding& finding) { return finding.code == "INV204"; });
  REQUIRE(found != linted.findings.end());
  REQUIRE(found->fix);
  std::string converted = text;
  const Edit& edit = found->fix->edits[0];
  converted.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
  CHECK(converted == "podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: |\n    stage.template {\n      source = \"a\"\n      template = \"{{`{{ if eq .Value \\\"3\\\" }}`}}error{{`{{ end }}`}}\"\n    }\n");
  CHECK(Linted(converted).concise() == "");
}

}  // namespace
}  // namespace invar::lint
