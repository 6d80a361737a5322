// loki/relabel, loki/enrich and loki/secretfilter: what components make of entries, and what they count. Relabel rules also in discovery.relabel, on the entries' labels as targets.
#include "src/base/quote.h"
#include "src/language/target.h"
#include "tests/conformance/recorded_entry.h"

namespace invar::loki_entries {
namespace {

using harness::ComponentHarness;
constexpr int64_t kNow = 1'790'000'000'000'000'000;

/// Without how long filtering took.
std::string without_time(const std::string& metrics) {
  std::string out;
  for (size_t at = 0; at < metrics.size();) {
    const size_t end = metrics.find('\n', at) + 1;
    if (const std::string line = metrics.substr(at, end - at); line.find("loki_secretfilter_processing_duration_seconds") == std::string::npos) out += line;
    at = end;
  }
  return out;
}

std::string run_entries(const ConformanceCase& c, const Json& expect, const std::string& config, bool in_one_batch) {
  FakeClock clock(kNow);
  const std::string name = "loki." + c.suite.substr(c.suite.find('/') + 1);
  ComponentHarness component(name + ".vec", clock);
  component.experimental = true;
  const std::string text = name + " \"vec\" {\n\tforward_to = [vec.sink.out.receiver]\n" + config + "\n}\n\nvec.sink \"out\" { }\n";
  if (!component.load(text, name)) return compare_refusal(expect, component.diagnostics());
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

std::string target_texts(const Json& entries) {
  std::string out = "[";
  for (const Json& entry : entries) {
    out += "{";
    for (const auto& [name, value] : entry["labels"].items()) out += invar::quoted(name) + " = " + invar::quoted(value.get<std::string>()) + ", ";
    out += "}, ";
  }
  return out + "]";
}

std::string run_targets(const ConformanceCase& c, const Json& expect, const std::string& config) {
  FakeClock clock(kNow);
  ComponentHarness component("discovery.relabel.vec", clock);
  const std::string text = "discovery.relabel \"vec\" {\n\ttargets = " + target_texts(c.data["entries"]) + "\n" + config + "\n}\n";
  if (!component.load(text, "discovery.relabel")) return compare_refusal({{"error", expect["error"]}}, component.diagnostics());
  if (!expect["error"].is_null()) return "loaded, but expected: " + expect["error"].get<std::string>();
  Json got = Json::array();
  const Value output = *component.exports().find("output");
  for (size_t i = 0; i < output.size(); ++i) {
    Json labels = Json::object();
    const auto target = Target::of(output.at(i));
    for (const auto& [name, value] : target->labels()) labels[name] = value;
    got.push_back(std::move(labels));
  }
  return difference(expect.value("targets", Json::array()), got);
}

Outcome run(const ConformanceCase& c) {
  const auto config = c.data["config"].get<std::string>();
  std::vector<Json> answers{c.data["expect"]};
  if (c.data.contains("variants"))
    for (const Json& variant : c.data["variants"]) answers.push_back(variant);
  std::string first;
  for (const Json& expect : answers) {
    std::string found;
    for (const bool in_one_batch : {false, true})
      if (found.empty()) found = run_entries(c, expect, config, in_one_batch);
    if (found.empty() && expect.contains("discovery_relabel")) {
      found = run_targets(c, expect["discovery_relabel"], config);
      if (!found.empty()) found = "discovery.relabel: " + found;
    }
    if (found.empty()) return Outcome::passed();
    if (first.empty()) first = found;
  }
  return Outcome::failed(first);
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"loki/relabel", "loki/enrich", "loki/secretfilter"}, run};

}  // namespace invar::loki_entries
