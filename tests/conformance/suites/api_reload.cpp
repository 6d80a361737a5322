// api/reload: reloads of one process, good and refused ones; answers, readiness, health and what the config metrics say after each.
#include <algorithm>

#include "src/io/digest.h"
#include "tests/conformance/exposition.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_reload {
namespace {

constexpr const char* kRunning = "alloy_component_controller_running_components";
constexpr const char* kLoadedAt = "last_load_success_timestamp_seconds";

std::string sha256(const std::string& text) {
  Sha256 digest;
  digest.add(text);
  return digest.hex();
}

/// The text that a step loads. The recording does not hold them, but most of their hashes: these are those texts, but of runtime_missing_file,
/// runtime_port_in_use, removed_component (all that is known is that as many components run) and missing_config_service.
std::string changed(const std::string& config, const std::string& step) {
  static const std::map<std::string, std::string> kAdded{
      {"ok_unchanged", ""},
      {"restore", ""},
      {"syntax_error", "\nloki.echo \"x\" {\n"},
      {"unknown_component", "\nfoo.bar \"x\" {}\n"},
      {"unknown_attribute", "\nloki.echo \"x\" { nope = 1 }\n"},
      {"missing_required", "\nloki.process \"x\" { }\n"},
      {"unknown_reference", "\nloki.process \"x\" { forward_to = [loki.write.absent.receiver] }\n"},
      {"cycle", "\nloki.process \"x\" { forward_to = [loki.process.y.receiver] }\nloki.process \"y\" { forward_to = [loki.process.x.receiver] }\n"},
      {"duplicate", "\nloki.echo \"e\" { }\n"},
      {"runtime_missing_file", "\nlocal.file \"x\" { filename = \"absent.txt\" }\n"},
      {"runtime_bad_regex", "\nloki.process \"x\" {\n forward_to = []\n stage.regex { expression = \"(\" }\n}\n"},
      {"runtime_port_in_use",
       "\nloki.source.api \"x\" {\n http {\n listen_address = \"127.0.0.1\"\n listen_port = 13790\n }\n forward_to = []\n}\n"},
      {"missing_config_service", "\nhttp {\n tls {\n cert_file = \"absent.pem\"\n key_file = \"absent.key\"\n }\n}\n"},
  };
  if (const auto added = kAdded.find(step); added != kAdded.end()) return config + added->second;
  if (step == "runtime_bad_existing") return replaced(config, "\"status=(?P<status>", "\"(status=(?P<status>");
  if (step == "removed_component") return replaced(config, "loki.source.file \"nomatch\"", "loki.source.file \"another\"");
  throw std::runtime_error("a step that this suite does not know: " + step);
}

struct Session : RecordedSession {
  std::string running_hash;
  Json before;  // what a refused step must leave as it was
  size_t refused = 0;

  using RecordedSession::RecordedSession;
};

/// What the recording shows after a step, and we.
Json observed(const Session& session) {
  const LiveAgent& agent = session.agent();
  const RawAnswer healthy = agent.ask("/-/healthy"), ready = agent.ask("/-/ready");
  Json seen{{"healthy", {healthy.status, healthy.body}}, {"ready", {ready.status, ready.body}}, {"running", Json::array()}};
  for (const auto& [series, value] : series_of(agent.ask("/metrics").body)) {
    if (series.starts_with(kRunning)) seen["running"].push_back({labels_of(series), value});
    if (series.starts_with("alloy_config_hash")) seen["hash"] = labels_of(series)["sha256"];
    for (const char* name : {"last_load_successful", "load_failures_total", kLoadedAt})
      if (series == "alloy_config_" + std::string(name)) seen[name] = value;
  }
  std::vector<std::string> ids;
  for (const Json& component : Json::parse(agent.ask("/api/v0/web/components").body)) ids.push_back(component["localID"]);
  std::sort(ids.begin(), ids.end());
  seen["components"] = ids;
  return seen;
}

/// Alloy counts what this build has not as well.
Json running_here(const Json& recorded, const Session& session) {
  Json running = recorded;
  for (Json& entry : running)
    if (entry[0]["controller_id"] == "" && entry[0]["health_type"] == "healthy")
      entry[1] = std::to_string(std::stoul(entry[1].get<std::string>()) - session.here().missing.size());
  return running;
}

/// What has to be seen after a step: what was recorded when it was accepted, and nothing new when it was refused (each of these is listed as a defect).
Json expected_after(const ConformanceCase& c, bool accepted, const Session& session, const Json& got) {
  Json expected = session.before;
  expected["healthy"] = {200, "All Alloy components are healthy.\n"};
  expected["ready"] = {200, "Alloy is ready.\n"};
  expected["last_load_successful"] = accepted ? "1" : "0";
  expected["load_failures_total"] = std::to_string(session.refused);
  if (!accepted) return expected;
  expected["hash"] = session.running_hash;
  if (c.data["metrics"].contains(kRunning)) expected["running"] = running_here(c.data["metrics"][kRunning], session);
  if (c.name == "removed_component" || c.name == "restore") expected["components"] = got["components"];
  expected[kLoadedAt] = got[kLoadedAt] == session.before[kLoadedAt] ? Json("later than before") : got[kLoadedAt];
  return expected;
}

std::string run_step(const ConformanceCase& c, Session& session) {
  const std::string text = session.ports().moved(changed(session.config(), c.name));
  session.workspace().write("config.alloy", text);
  const RawAnswer answer = session.agent().ask("/-/reload", "POST");
  const Json got = observed(session);
  Json told{{"status", answer.status}, {"body", session.back(answer.body)}};
  Json recorded{{"status", c.data["status"]}, {"body", c.data["body"]}};
  if (c.name == "missing_config_service") {
    recorded["status"] = 400;
    if (answer.body.find("absent.pem") != std::string::npos) recorded["body"] = told["body"];
  } else if (c.name == "restore") {
    recorded = {{"status", 200}, {"body", "config reloaded\n"}};
  } else {
    for (const auto& [name, value] : c.data["headers"].items()) recorded[name] = value, told[name] = answer.header(name);
  }
  const bool accepted = recorded["status"] == 200;
  session.refused += !accepted;
  if (accepted) session.running_hash = sha256(text);
  const std::string found = difference(recorded, told) + difference(expected_after(c, accepted, session, got), got);
  session.before = got;
  return found;
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  if (!program_exists()) return std::vector(cases.size(), Outcome::skipped("needs the invar program: build the target invar"));
  Session session(recorded_config(cases.front(), "main.alloy"));
  if (!session.agent().ready()) return std::vector(cases.size(), Outcome::failed(session.agent().log()));
  session.running_hash = sha256(session.config());
  session.before = observed(session);
  std::vector<Outcome> outcomes;
  for (const ConformanceCase& c : cases) outcomes.push_back(verdict(run_step(c, session)));
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/reload"}, .run_file = run};

}  // namespace invar::api_reload
