// loki/api: pushes to a running loki.source.api, and what comes out behind it.
#include <chrono>
#include <future>

#include "tests/conformance/recorded_entry.h"
#include "tests/conformance/http_exchange.h"

namespace invar::loki_source_api_suite {
namespace {

using harness::ComponentHarness;
constexpr int64_t kNow = 1'790'000'000'000'000'000;

struct Session {
  FakeClock clock{kNow};
  ComponentHarness component{"loki.source.api.vec", clock};
  int port = free_port();
  size_t seen = 0;

  /// Sends, and lets the component's lane work meanwhile.
  Json ask(const Json& http) {
    std::vector<std::pair<std::string, std::string>> headers;
    if (http.contains("headers"))
      for (const auto& [name, value] : http["headers"].items()) headers.emplace_back(name, value.get<std::string>());
    auto answer = std::async(std::launch::async, [this, &http, headers] {
      return http_exchange(port, http.value("method", "POST"), http["path"], headers, text_of(http, "body").value_or(""));
    });
    while (answer.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) component.advance(0);
    component.advance(0);
    const RawAnswer result = answer.get();
    Json got{{"status", result.status}, {"body", result.body}};
    if (const std::string type = result.header("Content-Type"); !type.empty()) got["content_type"] = type;
    return got;
  }

  Json new_entries() {
    Json out = Json::array();
    for (; seen < component.received().size(); ++seen) {
      harness::Entry entry = component.received()[seen];
      // Read times count up from the clock.
      if (entry.time_ns - kNow >= 0 && entry.time_ns - kNow < 1'000'000) entry.time_ns = kNow;
      out.push_back(entry_json(entry));
    }
    return out;
  }
};

std::string compare_step(const ConformanceCase& c, const Json& step, const Json& expect, Session& session) {
  if (!step.contains("http")) return step.contains("start") ? "" : "no such step here: " + step.dump();
  Json got = session.ask(step["http"]);
  got["entries"] = session.new_entries();
  Json expected{{"status", expect["status"]}, {"body", text_of(expect, "body").value_or("")}, {"entries", Json::array()}};
  if (expect.contains("entries"))
    for (const Json& entry : expect["entries"]) expected["entries"].push_back(entry_json(recorded_entry(entry, kNow)));
  if (expect.contains("content_type")) expected["content_type"] = expect["content_type"];
  else got.erase("content_type");
  if (c.defect && expect["status"] == 400) expected["entries"] = Json::array();
  if (c.defect && expect["status"] == 204 && expected["entries"].empty()) {
    const bool refused = got["status"].get<int>() / 100 == 4 && got["entries"].empty();
    const bool taken = got["status"] == 204 && !got["entries"].empty();
    if (refused || taken) return {};
  }
  return difference(expected, got);
}

Outcome run(const ConformanceCase& c) {
  Session session;
  const Json& expect = c.data["expect"];
  const std::string text = "loki.source.api \"vec\" {\n\tforward_to = [vec.sink.out.receiver]\n" + with_port(c.data["config"], session.port) +
                           "\n}\n\nvec.sink \"out\" { }\n";
  if (!session.component.load(text, "loki.source.api")) return verdict(compare_refusal({{"error", expect["error"]}}, session.component.diagnostics()));
  if (!expect["error"].is_null()) return Outcome::failed("loaded, but expected: " + expect["error"].get<std::string>());
  for (size_t i = 0; i < c.data["steps"].size(); ++i) {
    const std::string found = compare_step(c, c.data["steps"][i], expect["steps"][i], session);
    if (!found.empty()) return Outcome::failed("step " + std::to_string(i) + ":\n" + found);
  }
  if (!c.defect && expect.contains("metrics")) {
    const std::string metrics = expect["metrics"];
    const std::string found = text_difference(metrics, recorded_families(metrics, session.component.metrics_text()));
    if (!found.empty()) return Outcome::failed(found);
  }
  return Outcome::passed();
}

}  // namespace
}  // namespace invar::loki_source_api_suite

namespace invar::loki_source_api {
extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"loki/api"}, .run = loki_source_api_suite::run};
}  // namespace invar::loki_source_api
