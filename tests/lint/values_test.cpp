// Helm values: whose they are, how files are merged, which keys there are, what is referred to.
#include <doctest/doctest.h>

#include "tests/lint/linted_yaml.h"
#include "tests/lint/recorded_files.h"

namespace invar::lint {
namespace {

constexpr std::string_view kBase = R"(destinations:
  loki:
    type: loki
    url: http://loki:3100/loki/api/v1/push
collectors:
  alloy-logs:
    presets: [filesystem-log-reader, daemonset]
podLogsViaLoki:
  enabled: true
  collector: alloy-logs
)";

std::string with(std::string_view more) { return std::string(kBase) + std::string(more); }

TEST_CASE("the layout is read from the values, and the newest release of it is taken") {
  for (const auto& [text, note] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"destinations:\n  - name: a\n    type: loki\n", "layout 2-3 (destinations is a list), checked as 3.8\n"},
           {"destinations:\n  a:\n    type: loki\n", "layout 4 (destinations is a map), checked as 4.4\n"},
           {"collectors:\n  a: {}\n", "layout 4 (collectors is a map), checked as 4.4\n"},
           {"externalServices:\n  loki:\n    host: x\n", "layout 1 (externalServices is a root key), checked as 1.6\n"},
           {"podLogs:\n  enabled: true\n", "layout 2-3, checked as 3.8\n"},
           {"nodeLogs:\n  enabled: true\n  labelsToKeep: []\n", "layout 2-3, checked as 3.8\n"},
           {"nodeLogs:\n  enabled: true\n", "layout 4, checked as 4.4\n"},
           {"alloy:\n  configMap:\n    content: ''\n", "values of the alloy chart\n"},
           {"monitoring:\n  podLogsViaLoki:\n    enabled: true\nredis:\n  auth: {}\n", "monitoring: layout 4, checked as 4.4\n"},
       }) {
    CAPTURE(text);
    const Linted linted{std::string(text)};
    CHECK(linted.notes() == note);
    CHECK_MESSAGE(linted.findings.empty(), linted.concise());
  }
  CHECK(Linted("destinations:\n  - name: a\n    type: loki\n", {.chart_version = "2.0"}).notes() == "layout 2-3 (destinations is a list), checked as 2.0 as told\n");
  CHECK(Linted("a:\n  b:\n    x: 1\n", {.values_root = "a.b"}).notes() == "a.b: layout 4, checked as 4.4\n");
  CHECK(Linted("a: 1\n", {.values_root = "a.b"}).reading.why == "x.yaml: there is no a.b in it");
  for (const std::string_view foreign : {"replicaCount: 2\nimage:\n  tag: x\n", "global: {}\nmetrics:\n  enabled: true\n", "destinations: [a, b]\n", "- 1\n", "", "cluster:\n  name: x\n"})
    CHECK(Linted(std::string(foreign)).reading.outcome == YamlOutcome::kForeign);
}

TEST_CASE("unknown keys: the nearest name, and what became of them") {
  const auto said = [](const std::string& text, const YamlOptions& options = {}, bool hints = false) {
    const Linted linted(text, options, hints);
    std::string all;
    for (const Finding& finding : linted.findings) all += std::string(finding.code) + " " + finding.message + "; " + finding.help + (finding.fix ? finding.fix->safe ? " [safe]" : " [unsafe]" : "") + "\n";
    return all;
  };
  CHECK(said(with("  extraLogProcesingStages: ''\n")) ==
        "INV201 podLogsViaLoki.extraLogProcesingStages is no key of k8s-monitoring 4.4: the chart ignores it; did you mean extraLogProcessingStages? [safe]\n");
  CHECK(said("clusterEvents:\n  enabled: true\n  extraProcessingStages: ''\n").find("did you mean extraLogProcessingStages? [unsafe]") != std::string::npos);
  CHECK(said(with("podLogs:\n  enabled: true\n")) == "INV205 podLogs is of chart 2-3; k8s-monitoring 4.4 calls it podLogsViaLoki;  [unsafe]\n");
  CHECK(said(with("alloy-metrics:\n  enabled: true\n")) == "INV205 alloy-metrics is of chart 2-3; k8s-monitoring 4.4 calls it collectors.alloy-metrics; \n");
  CHECK(said("destinations:\n  - name: a\n    type: loki\n", {.chart_version = "4.4"}) == "INV205 destinations is a list, as in chart 2 and 3; k8s-monitoring 4.4 takes a map by name; \n");
  CHECK(said("destinations:\n  a:\n    type: loki\n    url: http://x/loki/api/v1/push\n    sendNativeHistograms: true\n") ==
        "INV201 destinations.a.sendNativeHistograms is for the type prometheus; one of type loki ignores it; \n");
  CHECK(said("destinations:\n  a:\n    type: prometheus\n    url: http://x/api/v1/write\n    secret:\n      sigv4:\n        region: x\n") ==
        "INV201 destinations.a.secret.sigv4 has a default in k8s-monitoring 4.4, but no template reads it: the chart ignores it; the templates read auth.sigv4\n");
  CHECK(said("podLogs:\n  enabled: true\ncollectors:\n  c: {}\n", {.chart_version = "3.8"}) ==
        "INV201 collectors is no key of k8s-monitoring 3.8: the chart ignores it; it is one of chart 4; --chart-version tells which release it is\n");
  CHECK(said(with("podLogsViaLoki:\n  enabled: true\n")) == "INV208 podLogsViaLoki stands twice in this map: Helm takes the last one, in line 11; write all of it in one place\n");
  // Below keys that take anything, for anchors, and set to nothing: no mistakes.
  CHECK(said(with("  labels:\n    any: thing\nx-anchors: &a {b: c}\nnoSuchKey:\n")) == "");
  // A key that only another release of the layout has is a hint, unless the release is told.
  const std::string older = "destinations:\n  - name: a\n    type: loki\nclusterMetrics:\n  enabled: true\n  controlPlane:\n    enabled: true\n";
  CHECK(said(older) == "");
}

TEST_CASE("a release that nobody knows yet is one warning") {
  const Linted linted(std::string(kBase), {.chart_version = "9.1.0"});
  CHECK(linted.concise() == "x.yaml:1:1: warning INV207: k8s-monitoring 9.1.0 is newer than what is known here; checked as 4.4\n");
  CHECK(linted.notes() == "layout 4 (collectors is a map), checked as 4.4\n");
}

TEST_CASE("files are merged as Helm merges them, and the one that wins is named") {
  const auto merged = [](const std::string& a, const std::string& b, std::vector<SetValue> set = {}) {
    YamlOptions options;
    options.set = std::move(set);
    return Linted(read_values({Linted::source(a, "a.yaml"), Linted::source(b, "b.yaml")}, options));
  };
  const std::string stages = "podLogsViaLoki:\n  extraLogProcessingStages: |\n    stage.nothing { }\n";
  CHECK(merged(std::string(kBase), stages).concise() == "b.yaml:3:5: error INV110: unrecognized block name \"stage.nothing\"\n");
  // Replaced: what only the first file says is gone.
  CHECK(merged(with("  extraLogProcessingStages: |\n    stage.nothing { }\n"), "podLogsViaLoki:\n  extraLogProcessingStages: ''\n").concise() == "");
  CHECK(merged(with("  extraLogProcessingStages: |\n    stage.nothing { }\n"), "podLogsViaLoki:\n  extraLogProcessingStages: null\n").concise() == "");
  // Lists are replaced whole.
  CHECK(merged(with("  destinations: [lokk]\n"), "podLogsViaLoki:\n  destinations: [loki]\n").concise() == "");
  // --set wins over files.
  CHECK(merged(std::string(kBase), stages, {{"podLogsViaLoki.extraLogProcessingStages="}}).concise() == "");
  CHECK(merged(std::string(kBase), "{}", {{"podLogsViaLoki.extraLogProcesingStages=x"}}).concise() ==
        "--set:1:16: warning INV201: podLogsViaLoki.extraLogProcesingStages is no key of k8s-monitoring 4.4: the chart ignores it\n");
  CHECK(merged(std::string(kBase), "{}", {{"podLogsViaLoki.destinations={loki,lokk}"}}).concise() ==
        "--set:1:35: warning INV206: there is no destination lokk: the chart leaves it out\n");
  CHECK(merged(std::string(kBase), "{}", {{"podLogsViaLoki.destinations[0]=lokk,cluster.name=a"}}).concise().find("INV206: there is no destination lokk: Helm will not render this") !=
        std::string::npos);
  for (const std::string_view wrong : {"a", "a.b", "=x", "a[x]=1", "a[99999999]=1", "a[0]", "a.=1"}) {
    CAPTURE(wrong);
    const Linted linted = merged(std::string(kBase), "{}", {{std::string(wrong)}});
    CHECK(linted.reading.outcome == YamlOutcome::kUnreadable);
    CHECK(linted.reading.why.starts_with("--set "));
  }
}

TEST_CASE("destinations, data processors and collectors that nothing defines") {
  CHECK(Linted(with("  destinations: [lokki]\n")).concise() == "x.yaml:11:18: error INV206: there is no destination lokki: Helm will not render this\n");
  CHECK(Linted(with("nodeLogs:\n  enabled: true\n  collector: alloy-log\n")).concise() == "x.yaml:13:14: error INV206: there is no collector alloy-log: Helm will not render nodeLogs\n");
  CHECK(Linted(with("nodeLogs:\n  enabled: false\n  collector: alloy-log\n")).concise() == "");
  CHECK(Linted(with("  dataProcessors: [scrub]\ndataProcessors:\n  other:\n    type: custom\n")).concise().find("there is no data processor scrub") != std::string::npos);
  CHECK(Linted("destinations:\n  a:\n    type: lokki\n    url: http://x\n").concise() ==
        "x.yaml:3:11: error INV206: k8s-monitoring 4.4 has no type lokki of destinations: Helm will not render this\n");
  CHECK(Linted("destinations:\n  - name: a\n    type: router\n").concise().find("k8s-monitoring 3.8 has no type router") != std::string::npos);
  // Another file may define them.
  CHECK(Linted("nodeLogs:\n  enabled: true\n  collector: alloy-log\n  destinations: [x]\n").concise() == "");
}

TEST_CASE("references of extraConfig are resolved from the values") {
  const auto config = [](std::string_view reference, std::string_view more = "") {
    std::string text = "destinations:\n  my-Loki:\n    type: loki\n    url: http://loki/loki/api/v1/push\n  prom:\n    type: prometheus\n    url: http://p/api/v1/write\ncollectors:\n  c:\n    presets: [daemonset]\n";
    text += std::string(more) + "    extraConfig: |\n      loki.source.api \"a\" {\n        http { listen_port = 1 }\n        forward_to = [" + std::string(reference) + "]\n      }\n";
    return Linted(text, {}, true).concise();
  };
  CHECK(config("loki.write.my_loki.receiver", "    includeDestinations: [my-Loki]\n") == "");
  CHECK(config("loki.write.my_loki.receiver").find("error INV206: the chart renders loki.write.my_loki on c only when includeDestinations names my-Loki") != std::string::npos);
  CHECK(config("loki.write.other.receiver").find("error INV206: no destination of these values becomes loki.write.other") != std::string::npos);
  CHECK(config("loki.source.api.aa.receiver").find("INV206: whether the chart renders loki.source.api.aa") != std::string::npos);
  CHECK(config("loki.process.of_a_feature.receiver").find("info INV206: whether the chart renders loki.process.of_a_feature beside this is not checkable here") != std::string::npos);
}

TEST_CASE("the journal is JSON only when it is told to be") {
  const auto linted = [](std::string_view journal, std::string_view stages) {
    return Linted("nodeLogs:\n  enabled: true\n" + std::string(journal) + "  extraLogProcessingStages: |\n" + std::string(stages)).concise();
  };
  constexpr std::string_view kJson = "    stage.json {\n      expressions = { message = \"MESSAGE\", unit = \"_SYSTEMD_UNIT\" }\n    }\n";
  CHECK(linted("  journal:\n    maxAge: 8h\n", kJson).starts_with("x.yaml:3:3: warning INV141: journal.formatAsJson is not set"));
  CHECK(linted("  journal:\n    formatAsJson: false\n", kJson).starts_with("x.yaml:4:5: warning INV141"));
  CHECK(linted("", kJson).starts_with("x.yaml:1:1: warning INV141"));
  CHECK(linted("  journal:\n    formatAsJson: true\n", kJson) == "");
  // The message itself may be JSON.
  CHECK(linted("", "    stage.json {\n      expressions = { level = \"level\" }\n    }\n") == "");
  CHECK(linted("", "    stage.json {\n      source      = \"inner\"\n      expressions = { message = \"MESSAGE\" }\n    }\n").find("INV141: journal") == std::string::npos);
}

TEST_CASE("values inside HelmReleases and Argo CD Applications") {
  const std::string flux = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: m, namespace: n}\nspec:\n  chart:\n    spec: {chart: k8s-monitoring, version: \"3.8.1\"}\n  values:\n"
                           "    podLogs:\n      enabled: true\n      extraLogProcessingStages: |\n        stage.nothing { }\n";
  const Linted release(flux);
  CHECK(release.notes() == "HelmRelease n/m: layout 2-3, checked as 3.8 as told\n");
  CHECK(release.concise() == "x.yaml:11:9: error INV110: unrecognized block name \"stage.nothing\"\n");
  const std::string argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: m}\nspec:\n  sources:\n    - chart: k8s-monitoring\n      targetRevision: 4.4.*\n      helm:\n        valueFiles: [x.yaml]\n        ";
  const Linted text(argo + "values: |\n          podLogsViaLoki:\n            enabled: true\n            extraLogProcessingStages: |\n              stage.nothing { }\n            extraLogProcesingStages: ''\n");
  CHECK(text.concise() == "x.yaml:14:15: error INV110: unrecognized block name \"stage.nothing\"\n"
                          "x.yaml:15:13: warning INV201: podLogsViaLoki.extraLogProcesingStages is no key of k8s-monitoring 4.4: the chart ignores it\n");
  CHECK(text.notes() == "Application m: valueFiles are not read\nApplication m: layout 4, checked as 4.4 as told\n");
  const Finding& renamed = text.findings[1];
  REQUIRE(renamed.fix);
  CHECK(renamed.fix->edits[0].span.text() == "extraLogProcesingStages");
  const Linted object(argo + "valuesObject:\n          podLogsViaLoki:\n            enabled: true\n            extraLogProcessingStages: |\n              stage.nothing { }\n");
  CHECK(object.concise() == "x.yaml:14:15: error INV110: unrecognized block name \"stage.nothing\"\n");
  const Linted broken(argo + "values: |\n          a: [\n");
  CHECK(broken.concise().starts_with("x.yaml:12:1: error INV001: Application m: its values are not readable as YAML"));
}

TEST_CASE("the alloy chart and Alloy resources") {
  CHECK(Linted("alloy:\n  stabilityLevel: experimental\n  configMap:\n    content: |\n      loki.nothing \"x\" { }\n  stabiltyLevel: x\n  noSuch: 1\n").concise() ==
        "x.yaml:5:7: error INV110: cannot find the definition of component name \"loki.nothing\"\n"
        "x.yaml:6:3: warning INV201: alloy.stabiltyLevel is no key of alloy: the chart ignores it\n");
  const Linted resource("apiVersion: collectors.grafana.com/v1alpha1\nkind: Alloy\nmetadata: {name: a, namespace: n}\nspec:\n  alloy:\n    stabilityLevel: public-preview\n    configMap:\n      content: |\n        loki.nothing \"x\" { }\n");
  CHECK(resource.concise() ==
        "x.yaml:9:9: error INV110: cannot find the definition of component name \"loki.nothing\" (Alloy n/a, spec.alloy.configMap.content:1)\n");
  REQUIRE(resource.reading.documents[0].snippets[0].gate);
  CHECK(resource.reading.documents[0].snippets[0].gate->minimum == Stability::kPublicPreview);
}

TEST_CASE("other texts in values: expressions, OTTL, component bodies, objects") {
  CHECK(Linted("destinations:\n  a:\n    type: loki\n    urlFrom: remote.kubernetes.secret.x.data[\"url\"]\n    extraLabelsFrom:\n      node: sys.env(\"NODE\")\n").concise() == "");
  CHECK(Linted("destinations:\n  a:\n    type: loki\n    url: http://x/loki/api/v1/push\n    extraLabelsFrom:\n      node: sys.env(\"NODE\"\n").concise().starts_with("x.yaml:6:"));
  CHECK(Linted(with("applicationObservability:\n  enabled: true\n  logs:\n    transforms:\n      log:\n        - set(attributes[\"a\"], \"b\")\n")).concise() == "");
  CHECK(Linted(with("replaceComponent:\n  - type: loki.process\n    name: x\n    content: |\n      forward_to = [loki.write.x.receiver]\n      stage.nothing { }\n")).concise() ==
        "x.yaml:16:7: error INV110: unrecognized block name \"stage.nothing\"\n");
  CHECK(Linted(with("extraObjects:\n  - apiVersion: v1\n    kind: ConfigMap\n    data:\n      config.alloy: |\n        loki.nothing \"x\" { }\n")).concise().starts_with("x.yaml:16:9: error INV110"));
  CHECK(Linted(with("extraObjects:\n  - apiVersion: v1\n    kind: ConfigMap\n    data:\n      alert: \"{{ .Labels | ToUpper }}\"\n")).concise() ==
        "x.yaml:15:15: error INV202: Helm will not render this: function \"ToUpper\" not defined\n");
}

TEST_CASE("texts that are empty, or become so") {
  for (const std::string_view text : {"\"\"", "''", "|\n", "\"  \"", "'{{/* nothing */}}'", "'{{ include \"x\" . }}'", "'{{ .Values.none }}'"}) {
    CAPTURE(text);
    std::string values = "podLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: " + std::string(text) + "\ncollectors:\n  c:\n    extraConfig: " + std::string(text) + "\n";
    if (!text.starts_with("'{{")) values += "destinations:\n  a:\n    type: loki\n    urlFrom: " + std::string(text) + "\n";
    CHECK(Linted(values).concise() == "");
  }
}

TEST_CASE("a text that is used twice has its mistakes once") {
  CHECK(Linted("x-stages: &s |\n  stage.nothing { }\npodLogsViaLoki:\n  enabled: true\n  extraLogProcessingStages: *s\nnodeLogs:\n  enabled: true\n  extraLogProcessingStages: *s\n").concise() ==
        "x.yaml:2:3: error INV110: unrecognized block name \"stage.nothing\"\n");
}

TEST_CASE("the example of the guide is what is said") {
  const std::string text = read(std::string(INVAR_ROOT) + "/docs/guides/values.md");
  const auto block = [&](std::string_view fence, size_t from) {
    const size_t begin = text.find(fence, from) + fence.size();
    return text.substr(begin, text.find("```", begin) - begin);
  };
  const std::string values = block("```yaml\n", 0), said = block("```\n", text.find(values) + values.size() + 4);
  REQUIRE_FALSE(values.empty());
  CHECK(Linted(read_yaml(Linted::source(values, "values.yaml"), {})).concise() == said);
}

}  // namespace
}  // namespace invar::lint
