#include "tests/conformance/component_rig.h"

#include <algorithm>
#include <cstring>

#include "src/base/quote.h"
#include "src/components/loki/process/process_lane.h"
#include "src/parser/parse.h"
#include "src/text/duration.h"
#include "src/text/time_layout.h"
#include "stdlib/functions/library.h"

namespace invar {

class ComponentRig::Collector final : public LogSink {
 public:
  Flow consume(LogBatch&& batch, Upstream&) override {
    for (const LogRow& row : batch.rows) {
      Entry entry{.time_ns = row.time_ns, .line = std::string(row.line)};
      for (const Label& label : row.labels->labels()) entry.labels.emplace_back(label.name, label.value);
      if (row.metadata)
        for (const Label& pair : row.metadata->pairs) entry.metadata.emplace_back(pair.name, pair.value);
      clean_ = clean_ && row.flags == 0;
      entries.push_back(std::move(entry));
      settle(*row.ack, Settled::kDelivered, 1, row.source_lines);
    }
    return Flow::kKeepSending;
  }
  void forget(Upstream&) override {}
  bool clean() const { return clean_; }
  std::vector<Entry> entries;

 private:
  bool clean_ = true;
};

ComponentRig::ComponentRig(int64_t wall_ns)
    : clock_(wall_ns),
      lanes_(std::make_unique<Lanes>(1, clock_, false)),
      log_(std::make_shared<Logger::Output>(clock_, [](std::string_view) {})),
      sink_(std::make_shared<LogsReceiver>("vec.sink.out.receiver")),
      collector_(std::make_unique<Collector>()) {
  sink_->bind(0, collector_.get());
}

ComponentRig::~ComponentRig() {
  node_.reset();
  turn();
}

void ComponentRig::turn() {
  lanes_->barrier();
  main_loop_.turn();
}

bool ComponentRig::load(const std::string& text, std::string_view component) {
  source_ = std::make_shared<const Source>("vec.alloy", text);
  const auto file = parse_file(source_, diagnostics_);
  if (!file) return false;
  Members out{{"receiver", receiver_value(sink_)}};
  Members sinks{{"out", Value::object(std::move(out))}};
  Scope scope(&stdlib_values());
  scope.set("vec", Value::object({{"sink", Value::object(std::move(sinks))}}));
  const auto all = components();
  for (const ast::Statement& statement : file->body) {
    const ast::Block* block = statement.block();
    if (!block || block->full_name() != component) continue;
    const auto spec = std::find_if(all.begin(), all.end(), [&](const ComponentSpec* known) { return known->name == component; });
    if (spec == all.end()) return diagnostics_.error(block->name_span, "not built"), false;
    const PlanPtr plan = (*spec)->plan(*block, scope, diagnostics_);
    if (!plan) return false;
    id_ = block->id();
    receiver_ = std::make_shared<LogsReceiver>(id_ + ".receiver");
    scope_ = registry_.scope({{"component_id", id_}, {"component_path", "/"}});
    exports_ = (*spec)->exports(*plan, {receiver_, nullptr});
    auto node = (*spec)->start(plan, *this);
    if (!node) return diagnostics_.error(block->name_span, node.error().what), false;
    node_ = std::move(*node);
    node_->run();
    turn();
    return true;
  }
  return false;
}

void ComponentRig::send(const std::vector<Entry>& entries) {
  // Exact sizes in separate blocks: reading past an end is seen by sanitizers.
  std::vector<std::vector<char>> bytes;
  const auto copy = [&bytes](const std::string& text) {
    bytes.emplace_back(text.begin(), text.end());
    return std::string_view(bytes.back().data(), bytes.back().size());
  };
  AckRun& run = runs_.emplace_back(AckRun{.source = &feed_, .begin = sent_, .end = sent_ + entries.size()});
  sent_ += entries.size();
  std::deque<std::vector<Label>> pairs;
  std::deque<Metadata> metadata;
  LogBatch batch;
  LabelSetTable& table = (*lanes_)[0].labels();
  for (const Entry& entry : entries) {
    std::vector<Label> labels;
    for (const auto& [name, value] : entry.labels) labels.push_back({name, value});
    LogRow row{.line = copy(entry.line), .time_ns = entry.time_ns, .created_ns = clock_.wall_ns(), .labels = table.intern_unsorted(labels), .ack = &run};
    if (!entry.metadata.empty()) {
      auto& all = pairs.emplace_back();
      for (const auto& [name, value] : entry.metadata) all.push_back({copy(name), copy(value)});
      row.metadata = &metadata.emplace_back(Metadata{.pairs = all, .loki_wire = {}});
    }
    batch.rows.push_back(row);
  }
  open_run(run, static_cast<uint32_t>(entries.size()), entries.size());
  input()->consume(std::move(batch), feed_);
  for (auto& block : bytes) std::fill(block.begin(), block.end(), '\xee');
  close_run(run);
  turn();
}

void ComponentRig::advance(int64_t ns) {
  clock_.advance(ns);
  if (auto* process = dynamic_cast<loki_process::ProcessLane*>(input())) process->on_time();
  turn();
}

void ComponentRig::stop() {
  bool done = false;
  node_->drain([&done] { done = true; });
  for (int i = 0; i < 3 && !done; ++i) turn();
  node_.reset();
  turn();
}

const std::vector<ComponentRig::Entry>& ComponentRig::received() const { return collector_->entries; }

std::string ComponentRig::ledger_fault() const {
  const auto& ledger = feed_.ledger;
  if (ledger.in_flight != 0) return std::to_string(ledger.in_flight) + " lines are still in flight";
  if (ledger.entered != ledger.delivered + ledger.dropped + ledger.returned) return "the ledger does not balance";
  for (const AckRun& run : runs_)
    if (run.open != 0) return "a run is not settled";
  return collector_->clean() ? "" : "a row left with flags set";
}

namespace {

Json printable(const std::string& text) { return is_valid_utf8(text) ? text : invar::quoted(text); }

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json out = Json::object();
  for (const auto& [name, value] : pairs) out[printable(name).get<std::string>()] = printable(value);
  return out;
}

std::vector<std::pair<std::string, std::string>> recorded_pairs(const Json& entry, const char* key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (const auto at = entry.find(key); at != entry.end() && at->is_object())
    for (const auto& [name, value] : at->items()) pairs.emplace_back(name, value.get<std::string>());
  return pairs;
}

}  // namespace

Json entry_json(const ComponentRig::Entry& entry) {
  std::string time;
  append_rfc3339_nano(time, entry.time_ns);
  Json out{{"labels", pairs_json(entry.labels)}, {"ts", time}, {"line", printable(entry.line)}};
  if (!entry.metadata.empty()) out["metadata"] = pairs_json(entry.metadata);
  return out;
}

int64_t recorded_time(const std::string& text, int64_t now_ns) {
  if (text.starts_with("now")) {
    if (text.size() == 3) return now_ns;
    const auto offset = parse_duration(std::string_view(text).substr(3));
    return now_ns + (offset ? *offset : 0);
  }
  Instant instant;
  TimeLayout("2006-01-02T15:04:05.999999999Z07:00").parse(text, TimeZone(), instant);
  return instant.unix_nanos();
}

ComponentRig::Entry recorded_entry(const Json& entry, int64_t now_ns) {
  return {.labels = recorded_pairs(entry, "labels"),
          .time_ns = recorded_time(entry.value("ts", "now"), now_ns),
          .line = text_of(entry, "line").value_or(""),
          .metadata = recorded_pairs(entry, "metadata")};
}

Json diagnostics_json(const ComponentRig& rig) {
  Json out = Json::array();
  for (const Diagnostic& diagnostic : rig.diagnostics().all()) {
    Json one{{"severity", diagnostic.severity == Severity::kError ? "error" : "warning"}, {"message", mended(diagnostic.message)}};
    if (diagnostic.span.known()) {
      const Position first = diagnostic.span.source->position(diagnostic.span.begin);
      const Position last = diagnostic.span.source->position(diagnostic.span.end > diagnostic.span.begin ? diagnostic.span.end - 1 : diagnostic.span.begin);
      one["start"] = {first.line, first.column};
      one["end"] = {last.line, last.column};
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string joined_messages(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += (out.empty() ? "" : "\n") + diagnostic.message;
  return out;
}

std::string mended(std::string_view text) {
  std::string out;
  for (size_t at = 0, length = 0; at < text.size(); at += length) append_rune(out, decode_rune(text.substr(at), length));
  return out;
}

}  // namespace invar
