// loki/secretfilter: entries through loki.secretfilter, with what it counts.
#include "tests/conformance/recorded_entry.h"

namespace invar::loki_secretfilter_suite {
namespace {

using harness::ComponentHarness;
constexpr int64_t kNow = 1'790'000'000'000'000'000;

std::string compare_refusal(const Json& expect, const ComponentHarness& component) {
  Json expected{{"error", expect["error"]}}, got{{"error", mended(joined_messages(component.diagnostics()))}};
  if (expect.contains("diagnostics")) {
    expected["diagnostics"] = expect["diagnostics"];
    got["diagnostics"] = diagnostics_json(component.diagnostics());
  }
  return difference(expected, got);
}

/// Without how long it took.
std::string without_time(const std::string& metrics) {
  std::string out;
  for (size_t at = 0; at < metrics.size();) {
    const size_t end = metrics.find('\n', at) + 1;
    if (const std::string line = metrics.substr(at, end - at); line.find("loki_secretfilter_processing_duration_seconds") == std::string::npos) out += line;
    at = end;
  }
  return out;
}

std::string run_entries(const ConformanceCase& c, const Json& expect, bool in_one_batch) {
  FakeClock clock(kNow);
  ComponentHarness component("loki.secretfilter.vec", clock);
  const std::string text =
      "loki.secretfilter \"vec\" {\n\tforward_to = [vec.sink.out.receiver]\n" + c.data["config"].get<std::string>() + "\n}\n\nvec.sink \"out\" { }\n";
  if (!component.load(text, "loki.secretfilter")) return compare_refusal(expect, component);
  if (!expect["error"].is_null()) return "loaded, but expected: " + expect["error"].get<std::string>();
  std::vector<harness::Entry> entries;
  for (const Json& entry : c.data["entries"]) {
    entries.push_back(recorded_entry(entry, 0));
    if (!in_one_batch) component.send({entries.back()}), component.turn();
  }
  if (in_one_batch) component.send(entries), component.turn();
  const std::string metrics = without_time(component.metrics_text());
  component.stop();
  Json expected = Json::array(), got = Json::array();
  for (const Json& entry : expect["entries"]) expected.push_back(entry_json(recorded_entry(entry, 0)));
  for (const auto& entry : component.received()) got.push_back(entry_json(entry));
  std::string found = difference(expected, got);
  if (found.empty() && expect.contains("metrics")) found = text_difference(expect["metrics"].get<std::string>(), metrics);
  return found.empty() ? component.ledger_fault() : found;
}

Outcome run(const ConformanceCase& c) {
  std::vector<Json> answers{c.data["expect"]};
  if (c.data.contains("variants"))
    for (const Json& variant : c.data["variants"]) answers.push_back(variant);
  std::string first;
  for (const Json& expect : answers) {
    std::string found;
    for (const bool in_one_batch : {false, true})
      if (found.empty()) found = run_entries(c, expect, in_one_batch);
    if (found.empty()) return Outcome::passed();
    if (first.empty()) first = found;
  }
  return Outcome::failed(first);
}

}  // namespace
}  // namespace invar::loki_secretfilter_suite

namespace invar::loki_secretfilter {
extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"loki/secretfilter"}, .run = loki_secretfilter_suite::run};
}  // namespace invar::loki_secretfilter
