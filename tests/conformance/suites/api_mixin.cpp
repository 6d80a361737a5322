// api/mixin: every log metric that Alloy's dashboards, alerts and the chart's allow list name is there once logs flow, of the recorded type.
#include <filesystem>
#include <map>
#include <sstream>
#include <thread>

#include "tests/conformance/live_agent.h"
#include "tests/conformance/suite.h"

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
                        std::to_string(dead) + "/push\"\n    batch_wait = \"50ms\"\n    min_backoff_period = \"20ms\"\n  }\n}\n");
  std::map<std::string, std::string> families;
  for (int tries = 0; tries < 100; ++tries) {
    std::istringstream text(agent.ask("/metrics").body);
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with("# TYPE ")) continue;
      const size_t space = line.find(' ', 7);
      families[line.substr(7, space - 7)] = line.substr(space + 1);
    }
    if (families.contains("loki_write_sent_entries_total") && families.contains("loki_process_dropped_lines_total") &&
        families.contains("loki_source_api_request_duration_seconds"))
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return families;
}

/// Names of other signals, of other components, of a cluster: not of logs as they are here.
bool is_ours(const std::string& metric) {
  for (const char* prefix : {"alloy_build", "alloy_component", "alloy_config", "alloy_resources", "go_", "process_", "loki_"})
    if (metric.starts_with(prefix)) return true;
  return false;
}

std::string family_of(const std::string& metric, const std::string& type) {
  if (type == "histogram" || type == "summary")
    for (const std::string suffix : {"_bucket", "_count", "_sum"})
      if (metric.ends_with(suffix)) return metric.substr(0, metric.size() - suffix.size());
  return metric;
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  if (!c.data["emitted"].get<bool>()) return Outcome::skipped("Alloy does not emit it either, or not on this machine");
  if (!is_ours(c.name)) return Outcome::skipped("needs clustering, or a signal other than logs");
  static const auto families = emitted_families();
  const auto found = families.find(family_of(c.name, c.data["type"]));
  if (found == families.end()) return Outcome::failed("  not in /metrics\n");
  return verdict(difference(c.data["type"], Json(found->second)));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/mixin"}, .run = run};

}  // namespace invar::api_mixin
