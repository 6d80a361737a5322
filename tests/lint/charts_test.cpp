// The recorded values of charts: what is known to be wrong is found, and nothing else.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "src/lint/helm/chart_release.h"
#include "tests/lint/linted_yaml.h"
#include "tests/lint/recorded_files.h"

namespace invar::lint {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

bool are_here() {
  if (fs::exists(charts())) return true;
  MESSAGE("skipped: the recorded charts are not here; INVAR_SHARED says where");
  return false;
}

std::string place(const Finding& finding) {
  const Position at = finding.span.source->position(finding.span.begin);
  return std::to_string(at.line) + ":" + std::to_string(at.column) + " " + std::string(severity_name(finding.severity)) + " " + std::string(finding.code);
}

/// `a.b[]."c.d"` as steps; `*` becomes a name.
std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps(1);
  bool quoted = false;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '"') quoted = !quoted;
    else if (path[i] == '.' && !quoted) steps.emplace_back();
    else if (path[i] == '[') steps.emplace_back("[]"), ++i;
    else if (path[i] == '*') steps.back() += "anything";
    else steps.back() += path[i];
  }
  return steps;
}

/// Values in which one key stands; `value` is written behind its colon.
std::string values_with(const std::vector<std::string>& steps, const std::string& value, const std::string& type = {}) {
  std::string text;
  std::string indent;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (steps[i] == "[]") continue;
    const bool in_list = i > 0 && steps[i - 1] == "[]";
    text += indent + (in_list ? "- " : "") + "\"" + steps[i] + "\":" + (i + 1 == steps.size() ? " " + value : "\n");
    indent += in_list ? "    " : "  ";
  }
  return text + (type.empty() ? "" : type);
}

TEST_CASE("the article's values have the mistakes that are known, and no others") {
  if (!are_here()) return;
  const Linted linted(read(charts() / "seed/article__grafana-k8s-monitoring__alloy-logs__node-logs__values.yaml"), {}, true);
  std::string all;
  for (const Finding& finding : linted.findings) all += place(finding) + " " + finding.message + "\n";
  CHECK(all ==
        "22:3 warning INV141 journal.formatAsJson is not set: the lines are the journal's messages alone, and the json stage never finds MESSAGE and PRIORITY in them\n"
        "30:5 error INV204 Prometheus YAML where the chart inserts rule { } blocks (nodeLogs.extraDiscoveryRules)\n"
        "34:5 error INV204 Promtail YAML where the chart inserts stages; invar lint --unsafe-fixes --diff shows the conversion\n"
        "41:11 error INV202 Helm evaluates {{ if eq .Value \"3\" }} first; every line would become \"debug\"\n"
        "41:11 warning INV149 line breaks of the template become part of the value: \"error\\n\"\n"
        "45:9 error INV110 target is no field of template\n");
  CHECK(linted.notes() == "layout 2-3 (destinations is a list), checked as 3.8\n");
  CHECK(linted.reading.documents[0].snippets.size() == 2);
  CHECK(linted.unchecked() == 0);
}

TEST_CASE("valid values have no findings") {
  if (!are_here()) return;
  size_t read_as_values = 0;
  for (const auto& entry : fs::directory_iterator(charts() / "seed")) {
    const std::string name = entry.path().filename().string();
    const bool has_mistakes = name.find("node-logs__values.yaml") != std::string::npos || name.find("node-logs__block07") != std::string::npos || name.find("destinations__block07") != std::string::npos;
    if (!name.ends_with(".yaml") || has_mistakes) continue;
    CAPTURE(name);
    const Linted linted(read(entry.path()));
    CHECK_MESSAGE(linted.findings.empty(), linted.concise());
    read_as_values += linted.reading.outcome == YamlOutcome::kRead;
  }
  CHECK(read_as_values >= 10);
}

TEST_CASE("keys that are known to be unknown are found, in each release") {
  if (!are_here()) return;
  size_t total = 0;
  const Json exceptions = Json::parse(read(charts() / "values/exceptions.json"));
  for (const auto& [minor, about] : exceptions.items())
    for (const Json& unknown : about["unknown"]) {
      const std::string path = unknown["path"];
      if (path.find(' ') != std::string::npos) continue;  // a list where a map belongs
      CAPTURE(minor);
      CAPTURE(path);
      ++total;
      const Linted linted(values_with(steps_of(path), "x\n"), {.kind = YamlKind::kHelmValues, .chart_version = minor});
      REQUIRE_MESSAGE(linted.findings.size() == 1, linted.concise());
      CHECK((linted.findings[0].code == "INV201" || (linted.findings[0].code == "INV205" && steps_of(path).size() == 1)));
    }
  CHECK(total > 200);
}

TEST_CASE("known keys are not reported") {
  if (!are_here()) return;
  for (const ChartRelease& release : chart_releases(Chart::kMonitoring)) {
    const Json table = Json::parse(read(charts() / "values" / (std::string(release.minor()) + ".json")));
    size_t checked = 0;
    for (const Json& key : table["keys"]) {
      const std::string path = key["path"];
      if (key.value("unused", false) || path.ends_with("[]") || !key["snippet"].is_null()) continue;
      CAPTURE(release.minor());
      CAPTURE(path);
      const Linted linted(values_with(steps_of(path), "x\n"), {.kind = YamlKind::kHelmValues, .chart_version = std::string(release.minor())});
      REQUIRE_MESSAGE(!linted.has("INV201"), linted.concise());
      ++checked;
    }
    CHECK(checked > 1000);
  }
}

TEST_CASE("typing errors in features, destinations, collectors, processors and integrations are found, with the right name") {
  for (const auto& [path, meant] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"podLogsViaLoki.extraDiscoveryRule", "extraDiscoveryRules"},
           {"podLogsViaLoki.structuredMetdata", "structuredMetadata"},
           {"nodeLogs.journal.maxage", "maxAge"},
           {"clusterEvents.exstraLogProcessingStages", "extraLogProcessingStages"},
           {"clusterMetrics.kubelet.scrapeIntervall", "scrapeInterval"},
           {"annotationAutodiscovery.excludeNamespace", "excludeNamespaces"},
           {"podLogsViaKubernetesApi.nodeSelector", "nodeSelectors"},
           {"destinations.anything.tls.insecure_skip_verify", "insecureSkipVerify"},
           {"destinations.anything.auth.usernme", "username"},
           {"destinations.anything.logProcesingStages", "logProcessingStages"},
           {"collectors.anything.includeDestination", "includeDestinations"},
           {"collectors.anything.extraconfig", "extraConfig"},
           {"collectors.anything.alloy.stabiltyLevel", "stabilityLevel"},
           {"dataProcessors.anything.logs.loki.confg", "config"},
           {"integrations.mysql.instances[].exporter.dataSource.auth.pasword", "password"},
           {"podLogsViaLok", "podLogsViaLoki"},
       }) {
    CAPTURE(path);
    const Linted linted(values_with(steps_of(std::string(path)), "x\n"), {.kind = YamlKind::kHelmValues, .chart_version = "4.4"});
    REQUIRE_MESSAGE(linted.findings.size() == 1, linted.concise());
    CHECK(linted.findings[0].code == "INV201");
    CHECK(linted.findings[0].help == "did you mean " + std::string(meant) + "?");
  }
}

TEST_CASE("snippets of the charts' own examples have no findings but those that are known") {
  if (!are_here()) return;
  size_t checked = 0;
  const Json snippets = Json::parse(read(charts() / "helm-snippets.json"));
  for (const Json& snippet : snippets) {
    const std::string path = snippet["path"];
    if (!snippet["rendered"].get<bool>() || snippet.contains("expect") || path.starts_with("extraObjects")) continue;
    CAPTURE(snippet["file"].get<std::string>());
    CAPTURE(path);
    const auto steps = steps_of(path);
    std::string literal = "|\n";
    std::istringstream lines(snippet["text"].get<std::string>());
    for (std::string line; std::getline(lines, line);) literal += line.empty() ? "\n" : std::string(2 * steps.size() + 2, ' ') + line + "\n";
    const Linted linted(values_with(steps, literal), {.kind = YamlKind::kHelmValues, .chart_version = "4.4"});
    REQUIRE(linted.reading.documents[0].snippets.size() == 1);
    ++checked;
    for (const Finding& finding : linted.findings) CHECK_MESSAGE(finding.code == "INV117", linted.concise());
  }
  CHECK(checked > 30);
}

}  // namespace
}  // namespace invar::lint
