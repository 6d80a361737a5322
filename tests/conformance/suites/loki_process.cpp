// loki/process_* and loki/cri_partial: entries through a loki.process, one by one, in one batch, and while somebody looks on.
#include <algorithm>
#include <cmath>
#include <sstream>

#include "src/base/quote.h"
#include "src/components/loki/process/process_lane.h"
#include "src/runtime/validate.h"
#include "src/text/regex.h"
#include "tests/conformance/recorded_entry.h"
#include "tests/conformance/texts.h"

namespace invar::loki_process_suite {
namespace {

using harness::ComponentHarness;

/// Looking on makes the full program run.
class Watching final : public loki_process::PipelineObserver {
 public:
  void after_step(const loki_process::PipelinePlan&, size_t, loki_process::Work&) override {}
};

/// How the entries of a case are sent; the answer has to be the same each way.
struct Manner {
  const char* name;
  bool in_batches;
  bool watched;
};
constexpr Manner kManners[] = {{"one by one", false, false}, {"in batches", true, false}, {"watched", false, true}, {"watched, in batches", true, true}};

constexpr int64_t kRecordedAt = 1795348800'000'000'000;  // 2026-11-22T12:00:00Z

/// Stages in the text that this build does not have.
std::string missing_stage(const std::string& config) {
  static const Regex kStage = *Regex::compile(R"((?m)^\s*stage\.(\w+))");
  std::vector<std::string_view> built;
  for (size_t i = 0; i < loki_process::kStageGroup.size(); ++i) built.push_back(loki_process::kStageGroup.at(i).name);
  constexpr std::string_view kAll[] = {
      "cri", "decolorize", "docker", "drop", "eventlogmessage", "geoip", "json", "label_drop", "label_keep", "labels", "limit", "logfmt", "luhn",
      "match", "metrics", "multiline", "output", "pack", "pattern", "regex", "replace", "sampling", "split_json", "static_labels",
      "structured_metadata", "structured_metadata_drop", "template", "tenant", "timestamp", "truncate", "windowsevent"};
  std::string_view groups[2];
  RegexMatches matches(kStage, config);
  while (matches.next(groups)) {
    const auto has = [&](const auto& names) { return std::find(std::begin(names), std::end(names), groups[1]) != std::end(names); };
    if (has(kAll) && !has(built)) return std::string(groups[1]);
  }
  return {};
}

/// Addresses that Go prints.
std::string without_addresses(const std::string& text) {
  static const Regex kAddress = *Regex::compile("0x(?:[0-9a-f]+|PTR)");
  std::string out;
  replace_all(kAddress, text, RegexTemplate("0xPTR", kAddress), out);
  return out;
}

int64_t start_of(const Json& data) {
  return data.contains("clock") && data["clock"].is_string() ? recorded_time(data["clock"], kRecordedAt) : kRecordedAt;
}

/// JSON texts with their keys sorted, where Alloy's order is random.
Json sorted_texts(Json value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty() || (text[0] != '{' && text[0] != '[')) return value;
    const Json parsed = Json::parse(text, nullptr, false);
    return parsed.is_discarded() ? value : Json(parsed.dump());
  }
  for (auto& member : value) member = sorted_texts(member);
  return value;
}

void sort_entries(Json& entries) { std::sort(entries.begin(), entries.end()); }

/// The recorded entries as ours are shown; `now` becomes `end_ns` unless ours is a moment of the run.
Json expected_entries(const Json& recorded, int64_t start_ns, const std::vector<harness::Received>& got, int64_t end_ns) {
  Json out = Json::array();
  size_t i = 0;
  for (const Json& entry : recorded) {
    harness::Entry expected = recorded_entry(entry, start_ns);
    if (entry.value("ts", "") == "now" && i < got.size() && got[i].time_ns >= start_ns && got[i].time_ns <= end_ns) expected.time_ns = got[i].time_ns;
    out.push_back(entry_json(expected));
    ++i;
  }
  return out;
}

/// What defects.json allows beyond the recorded entries: what Alloy loses at stop, behind them, joined to the last block, or, of other
/// streams, in front of a block that was held as well.
void allow_more(const Defect* defect, const Json& expected, Json& got) {
  if (!defect || (defect->match != "superset" && defect->match != "values") || got.size() < expected.size()) return;
  if (defect->match == "superset") {
    got.erase(got.begin() + static_cast<ptrdiff_t>(expected.size()), got.end());
    return;
  }
  size_t spare = got.size() - expected.size();
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto text = expected[i]["line"].get<std::string>();
    const auto is_recorded = [&] {
      const auto line = got[i]["line"].get<std::string>();
      return line == text || line.starts_with(text + "\n");
    };
    for (; spare > 0 && !is_recorded(); --spare) got.erase(got.begin() + static_cast<ptrdiff_t>(i));
    if (is_recorded()) got[i]["line"] = text;
  }
  got.erase(got.begin() + static_cast<ptrdiff_t>(expected.size()), got.end());
}

std::string compare_refusal(const ConformanceCase& c, const ComponentHarness& component) {
  if (c.defect && c.defect->match == "any-error") return joined_messages(component.diagnostics()).empty() ? "no error" : "";
  return compare_refusal(c.data["expect"], component.diagnostics(), without_addresses);
}

void send_all(ComponentHarness& component, const Json& entries, int64_t start_ns, bool in_batches) {
  std::vector<harness::Entry> waiting;
  const auto flush = [&] {
    if (!waiting.empty()) component.send(waiting), component.turn();
    waiting.clear();
  };
  for (const Json& entry : entries) {
    if (const int64_t delay = entry.value("delay_ms", int64_t{0}); delay > 0) {
      flush();
      component.advance(delay * 1'000'000);
    }
    for (int64_t i = 0; i < std::max<int64_t>(1, entry.value("repeat", int64_t{1})); ++i) {
      waiting.push_back(recorded_entry(entry, start_ns));
      if (!in_batches || waiting.size() == LogBatch::kMaxRows) flush();
    }
  }
  flush();
}

/// Metrics with the samples of each family sorted, as the recorder wrote them.
std::string sorted_samples(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  for (auto begin = lines.begin(); begin != lines.end();) {
    const auto end = std::find_if(begin, lines.end(), [](const std::string& line) { return line.starts_with('#'); });
    std::sort(begin, end);
    begin = end == lines.end() ? end : std::next(end);
  }
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

/// Alloy fails where it would have to show a series twice, and shows it with the value of either: only who is shown can be compared.
std::string without_values(const std::string& text) {
  static const Regex kValue = *Regex::compile("(?m) [^ \n]*$");
  std::string out;
  replace_all(kValue, text, RegexTemplate("", kValue), out);
  return out;
}

std::string compare_metrics(const Json& expect, const std::string& got) {
  const std::string expected = sorted_samples(expect["metrics"]), sorted = sorted_samples(got);
  if (expect.contains("metrics_error")) return text_difference(without_values(expected), without_values(sorted));
  return text_difference(expected, sorted);
}

std::string compare_entries(const ConformanceCase& c, const Json& expect, ComponentHarness& component, int64_t start_ns) {
  Json got = Json::array();
  for (const auto& entry : component.received()) got.push_back(entry_json(entry));
  Json expected = expected_entries(expect.value("entries", Json::array()), start_ns, component.received(), component.clock().wall_ns());
  if (c.data.value("unordered", false)) sort_entries(expected), sort_entries(got);
  if (c.data.value("json_order_random", false)) expected = sorted_texts(expected), got = sorted_texts(got);
  allow_more(c.defect, expected, got);
  return difference(expected, got);
}

/// A random share stays: five standard deviations around what the rate of the recorded run promises are right.
std::string compare_share(const ConformanceCase& c, ComponentHarness& component) {
  static const Regex kRate = *Regex::compile(R"(\brate\s*=\s*([0-9.]+))");
  std::string_view groups[2];
  if (!kRate.find(c.data["config"].get_ref<const std::string&>(), groups)) return "a share, but of what rate?";
  const double rate = std::stod(std::string(groups[1])), sent = c.data["expect"]["stat"]["sent"].get<double>();
  const double received = static_cast<double>(component.received().size());
  const double slack = 5 * std::sqrt(sent * rate * (1 - rate));
  if (std::abs(received - sent * rate) <= slack) return "";
  return "received " + std::to_string(received) + " of " + std::to_string(sent) + " at a rate of " + std::to_string(rate);
}

std::string run_once(const ConformanceCase& c, const Json& expect, const Manner& manner, const std::string& text, std::string_view name) {
  const int64_t start_ns = start_of(c.data);
  FakeClock clock(start_ns);
  ComponentHarness component("loki.process.vec", clock);
  component.experimental = true;
  if (!component.load(text, name)) {
    if (expect.contains("error") && expect["error"].is_string()) return compare_refusal(c, component);
    return "refused: " + joined_messages(component.diagnostics());
  }
  if (expect.contains("error") && expect["error"].is_string()) return "loaded, but expected: " + expect["error"].get<std::string>();
  Watching watching;
  auto* lane = dynamic_cast<loki_process::ProcessLane*>(component.input());
  if (manner.watched) lane->observe(&watching);
  send_all(component, c.data["entries"], start_ns, manner.in_batches);
  const std::string metrics = component.metrics_text();
  component.stop();
  if (expect.contains("stat")) {
    const std::string found = compare_share(c, component);
    return found.empty() ? component.ledger_fault() : found;
  }
  std::string found = compare_entries(c, expect, component, start_ns);
  if (found.empty() && expect.contains("metrics")) found = compare_metrics(expect, metrics);
  if (found.empty()) found = component.ledger_fault();
  return found;
}

std::string with_data_folder(const ConformanceCase& c) {
  return replaced(c.data["config"].get<std::string>(), "$DATA", (c.path.parent_path() / "data").string());
}

/// What validation of the whole config finds: the harness has no graph that would check references.
std::string validate_references(const Json& expect, const std::string& text) {
  ConfigText files;
  files.files = {std::make_shared<const Source>("config.alloy", text)};
  ModuleSource source;
  if (parse_config(files, source)) return "  does not parse\n";
  return difference(expect["diagnostics"], diagnostics_json(validate(source, FeatureGate{Stability::kExperimental, true})));
}

Outcome run(const ConformanceCase& c) {
  const std::string config = with_data_folder(c);
  if (const std::string stage = missing_stage(config); !stage.empty()) return Outcome::skipped("stage." + stage + " not built");
  const std::string text = "loki.process \"vec\" {\n\tforward_to = [vec.sink.out.receiver]\n" + config + "\n}\n\nvec.sink \"out\" { }\n";
  const Json& expect = c.data["expect"];
  const Json error = expect.value("error", Json());
  if (error.is_string() && error.get<std::string>().ends_with("does not exist or is out of scope"))
    return verdict(validate_references(expect, "loki.process \"vec\" {\n\tforward_to = []\n" + config + "\n}\n"));
  std::vector<Json> answers{expect};
  if (c.data.contains("variants"))
    for (const Json& variant : c.data["variants"]) answers.push_back(variant.contains("entries") ? variant : Json{{"entries", variant}});
  for (const Manner& manner : kManners) {
    std::string first;
    bool right = false;
    for (size_t i = 0; i < answers.size() && !right; ++i) {
      const std::string found = run_once(c, answers[i], manner, text, "loki.process");
      right = found.empty();
      if (i == 0) first = found;
    }
    if (right) continue;
    return Outcome::failed(std::string(manner.name) + ": " + first);
  }
  return Outcome::passed();
}

}  // namespace
}  // namespace invar::loki_process_suite

namespace invar::loki_process {
extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"loki/process_*", "loki/cri_partial"}, .run = loki_process_suite::run};
}  // namespace invar::loki_process
