// api/health: what health says while files come and go, on one process.
#include <filesystem>
#include <map>
#include <sstream>

#include "tests/conformance/live_agent.h"
#include "tests/conformance/suite.h"

namespace invar::api_health {
namespace {

Json health_of(const std::string& list) {
  std::map<std::string, Json> sorted;
  for (const Json& component : Json::parse(list))
    sorted[component["localID"]] = Json::array({component["localID"], component["health"]["state"], component["health"]["message"]});
  Json out = Json::array();
  for (auto& [id, health] : sorted) out.push_back(health);
  return out;
}

Json running_components(const std::string& metrics) {
  Json out = Json::array();
  std::istringstream text(metrics);
  for (std::string line; std::getline(text, line);) {
    static const std::string kName = "alloy_component_controller_running_components{";
    if (!line.starts_with(kName)) continue;
    const size_t end = line.find("} ");
    Json labels = Json::object();
    std::string rest = line.substr(kName.size(), end - kName.size()) + ",";
    for (size_t at = 0; (at = rest.find("=\"")) != std::string::npos;) {
      const size_t close = rest.find("\",", at);
      labels[rest.substr(0, at)] = rest.substr(at + 2, close - at - 2);
      rest.erase(0, close + 2);
    }
    out.push_back(Json::array({labels, line.substr(end + 2)}));
  }
  return out;
}

Json observe(const LiveAgent& agent) {
  const RawAnswer healthy = agent.ask("/-/healthy"), ready = agent.ask("/-/ready");
  return {{"healthy", {healthy.status, healthy.body}},
          {"ready", {ready.status, ready.body}},
          {"root", health_of(agent.ask("/api/v0/web/components").body)},
          {"module m.one", health_of(agent.ask("/api/v0/web/modules/m.one/components").body)},
          {"running_components", running_components(agent.ask("/metrics").body)}};
}

/// The listed differences: health is seen through modules, and comes back when the file does.
void allow(const Defect& defect, Json& expected, Json& got) {
  if (defect.how.find("both local.file components healthy") != std::string::npos) {
    const auto state = [&](const char* where, const char* id) {
      for (const Json& entry : got[where])
        if (entry[0] == id) return entry[1];
      return Json();
    };
    expected = {{"healthy", 200}, {"top", "healthy"}, {"inner", "healthy"}};
    got = {{"healthy", got["healthy"][0]}, {"top", state("root", "local.file.top")}, {"inner", state("module m.one", "local.file.inner")}};
    return;
  }
  const std::string body = got["healthy"][1];
  if (got["healthy"][0] == 500 && body.find("local.file") != std::string::npos) expected["healthy"] = got["healthy"];
  for (size_t i = 0; i < got["root"].size() && i < expected["root"].size(); ++i)
    if (got["root"][i][0] == "m.one" && got["root"][i][1] == "unhealthy" && got["root"][i][2].get<std::string>().find("local.file") != std::string::npos)
      expected["root"][i] = got["root"][i], expected["running_components"] = got["running_components"];
}

void act(const std::string& step, const Workspace& workspace, const LiveAgent& agent) {
  if (step.find("inside the module removed") != std::string::npos) std::filesystem::remove(workspace.path() / "v.txt");
  if (step.find("root component removed") != std::string::npos) std::filesystem::remove(workspace.path() / "w.txt");
  if (step.find("are back") != std::string::npos) workspace.write("v.txt", "v"), workspace.write("w.txt", "w");
  if (step.find("reload") != std::string::npos) agent.ask("/-/reload", "POST");
}

std::string run_step(const ConformanceCase& c, const Workspace& workspace, const LiveAgent& agent) {
  act(c.name, workspace, agent);
  std::string found;
  wait_until([&] {
    Json expected = c.data, got = observe(agent);
    expected.erase("step");
    if (c.defect) allow(*c.defect, expected, got);
    found = difference(expected, got);
    return found.empty();
  });
  return found;
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  std::vector<Outcome> outcomes;
  const Workspace workspace;
  workspace.write("v.txt", "v");
  workspace.write("w.txt", "w");
  const bool exists = program_exists();
  const auto agent = exists ? std::make_unique<LiveAgent>(workspace, cases.front().file["config"]) : nullptr;
  for (const ConformanceCase& c : cases) {
    if (!exists) outcomes.push_back(Outcome::skipped("needs the invar program: build the target invar"));
    else if (!agent->ready()) outcomes.push_back(Outcome::failed(agent->log()));
    else outcomes.push_back(verdict(run_step(c, workspace, *agent)));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/health"}, .run_file = run};

}  // namespace invar::api_health
