// api/live_debug: which components can be watched, and what watching one answers. Nothing can be watched in this build, and it says so.
#include "tests/conformance/recorded_session.h"

namespace invar::api_live_debug {
namespace {

/// `foreach.fe/foreach_a_1/loki.process.t` lies in foreach.fe.
std::string root_of(const std::string& id) { return id.substr(0, id.find('/')); }

std::string compare_flags(const ConformanceCase& c, const RecordedSession& session) {
  Json expected = Json::object(), got = Json::object();
  for (const auto& [id, flag] : c.data.items()) {
    if (!session.has(root_of(id))) continue;
    expected[id] = flag;
    const Json detail = Json::parse(session.agent().ask("/api/v0/web/components/" + id).body, nullptr, false);
    got[id] = detail.is_object() ? detail["liveDebuggingEnabled"] : Json("no such component");
  }
  return difference(expected, got);
}

/// `debug:<component>`, `graph`, `graph:<module>`. The graph's stream says that nothing flows, as Alloy's does while nobody may watch.
Outcome run_stream(const ConformanceCase& c, const RecordedSession& session) {
  const size_t colon = c.name.find(':');
  const std::string kind = c.name.substr(0, colon), id = colon == std::string::npos ? "" : c.name.substr(colon + 1);
  if (!id.empty() && !session.has(root_of(id))) return Outcome::skipped("needs " + session.here().why_missing(root_of(id)));
  if (!c.defect) return Outcome::failed("  not listed as a gap\n");
  const RawAnswer answer = session.agent().ask("/api/v0/web/" + kind + (id.empty() ? "" : "/" + id) + "?window=1", "GET", {}, "", 1.5);
  if (kind == "graph") return verdict(difference(Json{200, "[]|;|"}, Json{answer.status, answer.body.substr(0, 5)}));
  return verdict(difference(Json{500, "this build of invar has no live debugging of components\n"}, Json{answer.status, answer.body}));
}

std::vector<Outcome> run(std::span<const ConformanceCase> cases) {
  if (!program_exists()) return std::vector(cases.size(), Outcome::skipped("needs the invar program: build the target invar"));
  const RecordedSession session(recorded_config(cases.front(), "main.alloy"));
  if (!session.agent().ready()) return std::vector(cases.size(), Outcome::failed(session.agent().log()));
  std::vector<Outcome> outcomes;
  for (const ConformanceCase& c : cases)
    outcomes.push_back(c.name == "liveDebuggingEnabled" ? verdict(compare_flags(c, session)) : run_stream(c, session));
  return outcomes;
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/live_debug"}, .run_file = run};

}  // namespace invar::api_live_debug
