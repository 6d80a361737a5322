// api/mixin: every metric of logs, of the process and of clusters that Alloy's dashboards, alerts and the chart's allow list name is there once logs flow, of the recorded type.
#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "tests/conformance/needs.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_mixin {
namespace {

/// All families of an agent that reads, drops and sends lines, name -> type.
std::map<std::string, std::string> emitted_families() {
  const Workspace workspace;
  workspace.write("app.log", "one\ndrop me\ntwo\n");
  const int api = free_port(), dead = free_port();
  const LiveAgent agent(workspace,
                        "loki.source.file \"f\" {\n  targets = [{\"__path__\" = \"app.log\"}]\n  forward_to = [loki.process.p.receiver]\n}\n"
                        "loki.process \"p\" {\n  stage.drop {\n    expression = \"drop\"\n  }\n  forward_to = [loki.write.self.receiver, loki.write.dead.receiver]\n}\n"
                        "loki.source.api \"a\" {\n  http {\n    listen_address = \"127.0.0.1\"\n    listen_port = " + std::to_string(api) +
                        "\n  }\n  forward_to = [loki.echo.e.receiver]\n}\nloki.echo \"e\" { }\n"
                        "loki.write \"self\" {\n  endpoint {\n    url = \"http://127.0.0.1:" + std::to_string(api) +
                        "/loki/api/v1/push\"\n    batch_wait = \"50ms\"\n  }\n}\nloki.write \"dead\" {\n  endpoint {\n    url = \"http://127.0.0.1:" +
                        std::to_string(dead) + "/push\"\n    batch_wait = \"50ms\"\n    min_backoff_period = \"20ms\"\n  }\n}\n",
                        {"--cluster.enabled"});
  std::map<std::string, std::string> families;
  wait_until([&] {
    std::istringstream text(agent.ask("/metrics").body);
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with("# TYPE ")) continue;
      const size_t space = line.find(' ', 7);
      families[line.substr(7, space - 7)] = line.substr(space + 1);
    }
    // Those that come with the last steps of a line: its drop, its receipt, the answer to it.
    return families.contains("loki_process_dropped_lines_total") && families.contains("loki_source_api_request_duration_seconds") &&
           families.contains("loki_write_sent_entries_total") && families.contains("loki_write_entry_propagation_latency_seconds");
  });
  return families;
}

/// The components that were recorded to show a family, of metrics.json; none for the process's own.
std::vector<std::string> emitters_of(const std::string& family, const std::filesystem::path& folder) {
  static const Json recorded = Json::parse(contents_of(folder / "metrics.json"));
  for (const Json& known : recorded["families"])
    if (known["name"] == family) return known["components"].get<std::vector<std::string>>();
  return {};
}

std::string family_of(const std::string& metric, const std::string& type) {
  if (type == "histogram" || type == "summary")
    for (const std::string suffix : {"_bucket", "_count", "_sum"})
      if (metric.ends_with(suffix)) return metric.substr(0, metric.size() - suffix.size());
  return metric;
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  static const auto families = emitted_families();
  // Dashboards and allow lists name metrics that no Alloy of this version shows, and some that show only where there is a journal, or a slow evaluation.
  if (!c.data["emitted"].get<bool>()) return verdict(families.contains(c.name) ? "  in /metrics, though Alloy does not show it\n" : "");
  const std::string family = family_of(c.name, c.data["type"]);
  if (const auto found = families.find(family); found != families.end()) return verdict(difference(c.data["type"], Json(found->second)));
  const std::vector<std::string> emitters = emitters_of(family, c.path.parent_path());
  if (emitters.empty() || std::any_of(emitters.begin(), emitters.end(), [](const std::string& name) { return is_built(name); })) return Outcome::failed("  not in /metrics\n");
  return Outcome::skipped("needs component " + emitters.front());
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/mixin"}, .run = run};

}  // namespace invar::api_mixin
