#include <doctest/doctest.h>

#include <algorithm>

#include "src/lint/rule.h"
#include "tests/lint/linted_yaml.h"

namespace invar::lint {
namespace {

constexpr std::string_view kManifests = R"(apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  password: hunter2
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: alloy
  namespace: logs
data:
  config.alloy: |
    loki.write "w" {
      endpoint {
        url = []
      }
    }
  other.txt: "not = looked at"
)";

TEST_CASE("rendered manifests: object, key, inner line and line of the stream are named") {
  const Linted linted{std::string(kManifests)};
  CHECK(linted.reading.outcome == YamlOutcome::kRead);
  CHECK(linted.concise() == "x.yaml:16:15: error INV120: expected string, got array (ConfigMap logs/alloy, config.alloy:3)\n");
  CHECK(linted.reported("pretty").find("hunter2") == std::string::npos);
  for (const Finding& finding : linted.findings) CHECK(finding.span.source->text().find("hunter2") == std::string_view::npos);
}

TEST_CASE("the level that a manifest runs with is read from it") {
  constexpr std::string_view kConfigMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alloy, namespace: n}\ndata:\n  config.alloy: |\n    livedebugging {}\n---\n";
  const auto gate = [&](const std::string& object) {
    const Linted linted(std::string(kConfigMap) + object);
    REQUIRE(linted.reading.documents.size() == 1);
    return linted.reading.documents[0].snippets[0].gate;
  };
  CHECK(!gate("{}"));
  CHECK(gate("apiVersion: collectors.grafana.com/v1alpha1\nkind: Alloy\nmetadata: {name: alloy, namespace: n}\nspec:\n  alloy: {stabilityLevel: experimental}\n")->minimum ==
        Stability::kExperimental);
  CHECK(!gate("apiVersion: collectors.grafana.com/v1alpha1\nkind: Alloy\nmetadata: {name: other, namespace: n}\nspec:\n  alloy: {stabilityLevel: experimental}\n"));
  const auto workload = gate(
      "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {namespace: n}\nspec:\n  template:\n    spec:\n      containers:\n        - args: [run, /etc/alloy/config.alloy, "
      "--stability.level=public-preview, --feature.community-components.enabled]\n          volumeMounts: [{name: config}]\n      volumes: [{name: config, configMap: {name: alloy}}]\n");
  REQUIRE(workload);
  CHECK(workload->minimum == Stability::kPublicPreview);
  CHECK(workload->community);
}

TEST_CASE("what is no YAML, and what is foreign") {
  const Linted tabs("a:\n\tb: 1\n"), foreign("replicas: 3\n"), gotmpl("{{- if .Values.x }}\nkind: ConfigMap\n{{- end }}\n");
  CHECK(tabs.reading.outcome == YamlOutcome::kUnreadable);
  CHECK(tabs.concise() == "x.yaml:2:1: error INV001: not readable as YAML: found character that cannot start any token, while scanning for the next token\n");
  CHECK(tabs.findings[0].help == "YAML is indented with blanks, not with tabs");
  CHECK(foreign.reading.outcome == YamlOutcome::kForeign);
  CHECK(foreign.reading.why == "x.yaml: neither values of the k8s-monitoring or alloy chart nor Kubernetes objects");
  CHECK(gotmpl.reading.outcome == YamlOutcome::kUnreadable);
  CHECK(gotmpl.concise().find("a Helm template") != std::string::npos);
  CHECK(Linted("{{ if .x }}\na: 1\n{{ end }}\n").concise().find("a Helm template") != std::string::npos);
}

TEST_CASE("every rule about YAML finds its bad example and nothing in its good one") {
  size_t rules = 0;
  for (const RuleSpec* rule : lint_rules()) {
    if (rule->examples != ExampleKind::kValues) continue;
    ++rules;
    CAPTURE(rule->name);
    const Linted bad{std::string(rule->bad)}, good{std::string(rule->good)};
    CHECK_MESSAGE(bad.has(rule->code), bad.concise());
    CHECK_MESSAGE(good.findings.empty(), good.concise());
  }
  CHECK(rules >= 8);
}

TEST_CASE("bare snippets are checked inside the block they belong to") {
  const auto linted = [](std::string text, std::string_view kind) {
    const Document document = read_snippet(std::make_shared<const Source>("s.alloy", std::move(text)), *wrap_kind(kind));
    Report report;
    report.findings = lint_document(document, {.library = &stdlib_values()}).findings;
    return find_report_format("concise")->write(report, {});
  };
  CHECK(linted("stage.drop {\n  expression = \"debug\"\n}\n", "stages") == "");
  CHECK(linted("stage.static {}\n", "stages").starts_with("s.alloy:1:1: error INV110"));
  for (const std::string_view kind : {"discovery-rules", "metric-rules", "log-rules", "profile-rules"})
    CHECK(linted("rule {\n  source_labels = [\"a\"]\n  target_label = \"b\"\n}\n", kind) == "");
  CHECK(linted("rule {\n  action = \"no\"\n}\n", "discovery-rules").starts_with("s.alloy:2:"));
  CHECK(linted("write_relabel_config {\n  source_labels = [\"a\"]\n  target_label = \"b\"\n}\n", "write-relabel") == "");
  CHECK(linted("stage.drop {\n  expression = \"debug\"\n}\n", "log-rules") == "s.alloy:1:1: error INV203: a stage where rule { } blocks are expected\n");
  CHECK(linted("loki.process \"p\" {\n  forward_to = []\n}\n", "stages") == "s.alloy:1:1: error INV203: a whole component where stages are expected\n");
  CHECK(!wrap_kind("nothing"));
  CHECK(wrap_kinds() == "config, stages, discovery-rules, metric-rules, log-rules, profile-rules, write-relabel, processor, module");
}

}  // namespace
}  // namespace invar::lint
