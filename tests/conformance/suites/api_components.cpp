// api/components and api/components_failing: what the HTTP API shows of each component, of those that this build has.
#include <algorithm>

#include "tests/conformance/recorded_session.h"

namespace invar::api_components {
namespace {

struct Session : RecordedSession {
  using RecordedSession::RecordedSession;

  /// Is `text` an id that this build has not, or something of it (`loki.enrich.en.receiver`)?
  bool names_missing(const std::string& text) const {
    return std::any_of(here().missing.begin(), here().missing.end(), [&](const std::string& id) { return text == id || text.starts_with(id + "."); });
  }
};

bool is_of_missing(const Json& value, const Session& session) {
  if (value.is_object()) return value.contains("value") && is_of_missing(value["value"], session);
  return value.is_string() && (session.names_missing(value) || value == ".receiver");  // so otelcol.receiver.loki calls its own
}

/// The recording without what this build has not: ids of components, and their receivers in lists.
Json without_missing(Json value, const Session& session) {
  if (value.is_array()) {
    std::erase_if(value.get_ref<Json::array_t&>(), [&](const Json& item) { return is_of_missing(item, session); });
    for (Json& item : value) item = without_missing(item, session);
  } else if (value.is_object()) {
    for (auto& [key, member] : value.items()) member = without_missing(member, session);
  }
  return value;
}

/// Alloy lists these in any order.
bool is_unordered(const std::string& key) { return key == "referencesTo" || key == "referencedBy" || key == "dataFlowEdgesTo" || key == "createdModuleIDs"; }

/// Times, the identity of the process, and how far files were read differ from run to run.
Json comparable(Json value) {
  if (value.is_array())
    for (Json& item : value) item = comparable(item);
  if (!value.is_object()) return value;
  value.erase("updatedTime");
  if (value.value("name", "") == "read_offset") value["value"].erase("value");
  const std::string key = value.value("key", "");
  if (key == "X-Agent-Id" || key == "X-Alloy-Id") value["value"] = "<UUID>";
  for (auto& [name, member] : value.items()) {
    member = comparable(member);
    if (is_unordered(name)) std::sort(member.begin(), member.end());
  }
  return value;
}

/// Of the processes of a machine the recording keeps the first, without its number.
void cut_list(Json& expected, Json& got) {
  if (!expected.contains("exports") || expected["exports"].empty() || !expected["exports"][0].contains("note")) return;
  expected["exports"][0].erase("note");
  Json& list = got["exports"][0]["value"]["value"];
  if (list.empty()) return;
  list = Json::array({list[0]});
  for (Json& label : list[0]["value"])
    if (label["key"] == "__process_pid__") label["value"]["value"] = "<PROCESS>";
}

/// Targets that come from what this build has not, by way of others or not: arguments made of them, and what becomes of those.
bool takes_targets_of_missing(const Json& recorded, const Session& session, std::span<const ConformanceCase> cases) {
  for (const std::string id : recorded["referencesTo"]) {
    if (!id.starts_with("discovery.")) continue;
    if (session.names_missing(id)) return true;
    for (const ConformanceCase& c : cases)
      if (c.name == id && c.data.is_object() && takes_targets_of_missing(c.data, session, cases)) return true;
  }
  return false;
}

Json ask(const Session& session, const std::string& path) {
  const RawAnswer answer = session.agent().ask(path);
  const Json parsed = Json::parse(session.back(answer.body), nullptr, false);
  return parsed.is_discarded() ? Json(answer.body) : parsed;
}

Json by_id(const Json& list) {
  Json sorted = Json::object();
  for (const Json& component : list) sorted[component["localID"].get<std::string>()] = component;
  return sorted;
}

/// The listed differences: health that names what is wrong, and headers that users did not write.
void allow(const ConformanceCase& c, Json& expected, Json& got) {
  if (!c.defect) return;
  if (c.defect->how.find("headers") != std::string::npos) expected["arguments"][0]["body"][2]["value"]["value"].erase(0), expected["arguments"][0]["body"][2]["value"]["value"].erase(0);
  const std::string message = got["health"].value("message", "");
  const size_t named = c.defect->how.find("names ");
  if (named != std::string::npos && message.find(c.defect->how.substr(named + 6)) != std::string::npos) expected["health"] = got["health"];
}

Outcome run_detail(const ConformanceCase& c, const Session& session, std::span<const ConformanceCase> cases) {
  if (!session.has(c.name)) return Outcome::skipped("needs " + session.here().why_missing(c.name));
  std::string found;
  wait_until([&] {
    Json expected = comparable(without_missing(c.data, session)), got = comparable(ask(session, "/api/v0/web/components/" + c.name));
    allow(c, expected, got);
    cut_list(expected, got);
    if (takes_targets_of_missing(c.data, session, cases))
      for (const char* key : {"arguments", "exports", "health"}) expected.erase(key), got.erase(key);
    found = difference(expected, got);
    return found.empty();
  });
  return verdict(found);
}

Json list_here(const Json& recorded, const Session& session) {
  Json list = Json::array();
  for (const Json& component : recorded)
    if (session.has(component["localID"])) list.push_back(without_missing(component, session));
  return comparable(by_id(list));
}

Outcome run_list(const ConformanceCase& c, const Session& session, const std::string& path) {
  Json expected = list_here(c.data, session), got = comparable(by_id(ask(session, path)));
  // Healths are those of the details.
  for (Json* list : {&expected, &got})
    for (auto& [id, component] : list->items()) component.erase("health");
  return verdict(difference(expected, got));
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  if (!program_exists()) return std::vector(cases.size(), Outcome::skipped("needs the invar program: build the target invar"));
  const bool failing = cases.front().suite.ends_with("failing");
  Session session(recorded_config(cases.front(), failing ? "fail.alloy" : "main.alloy"), {"--stability.level=experimental"},
                  {{"val.txt", "hello\n"}, {"noperm.log", ""}, {"adir/a", ""}, {"a.log", ""}, {"bad.gz", "\x1f\x8b"}});
  if (!session.agent().ready()) return std::vector(cases.size(), Outcome::failed(session.agent().log()));
  session.workspace().write("logs/app.log", "first line\n");
  session.workspace().write("logs/dropme.log", "second line\n");
  std::vector<Outcome> outcomes;
  for (const ConformanceCase& c : cases) {
    if (c.name == "list") outcomes.push_back(run_list(c, session, "/api/v0/web/components"));
    else if (c.data.is_array()) outcomes.push_back(run_list(c, session, "/api/v0/web/modules/" + c.name + "/components"));
    else outcomes.push_back(run_detail(c, session, cases));
  }
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/components", "api/components_failing"}, .run_file = run};

}  // namespace invar::api_components
