#include "tests/harness/component_harness.h"

#include <algorithm>
#include <cstdlib>
#include <deque>

#include "src/base/check.h"
#include "src/components/loki/process/process_lane.h"
#include "src/parser/parse.h"
#include "src/runtime/block_span.h"
#include "stdlib/functions/library.h"

namespace invar::harness {
namespace {

Pairs copies(std::span<const Label> labels) {
  Pairs pairs;
  for (const Label& label : labels) pairs.emplace_back(label.name, label.value);
  return pairs;
}

}  // namespace

Flow CollectingSink::consume(LogBatch&& batch, Upstream& upstream) {
  for (const LogRow& row : batch.rows) {
    received.push_back({{std::string(row.line), copies(row.labels->labels()), row.metadata ? copies(row.metadata->pairs) : Pairs{}, row.time_ns},
                        row.source_lines});
    clean = clean && row.flags == 0;
    if (hold)
      held_.emplace_back(row.ack, row.source_lines);
    else
      settle(*row.ack, Settled::kDelivered, 1, row.source_lines);
  }
  return full ? paused.pause(upstream) : Flow::kKeepSending;
}

void CollectingSink::settle_held(Settled outcome) {
  for (const auto& [run, lines] : std::exchange(held_, {})) settle(*run, outcome, 1, lines);
}

Flow TestSource::send(LogSink& sink, const std::vector<Entry>& entries) {
  // Exact sizes in separate blocks: reading past an end is seen by sanitizers.
  std::deque<std::vector<char>> bytes;
  const auto copy = [&bytes](const std::string& text) {
    const auto& block = bytes.emplace_back(text.begin(), text.end());
    return std::string_view(block.data(), block.size());
  };
  std::deque<std::vector<Label>> pairs;
  std::deque<Metadata> metadata;
  AckRun& run = *runs.emplace_back(std::make_unique<AckRun>());
  run.source = this;
  run.account = account;
  LogBatch batch;
  for (const Entry& entry : entries) {
    std::vector<Label> labels;
    for (const auto& [name, value] : entry.labels) labels.push_back({name, value});
    LogRow row{.line = copy(entry.line), .time_ns = entry.time_ns, .created_ns = lane_.clock().wall_ns(),
               .labels = lane_.labels().intern_unsorted(labels), .ack = &run};
    if (!entry.metadata.empty()) {
      auto& all = pairs.emplace_back();
      for (const auto& [name, value] : entry.metadata) all.push_back({copy(name), copy(value)});
      row.metadata = &metadata.emplace_back(Metadata{.pairs = all, .loki_wire = {}});
    }
    batch.rows.push_back(row);
  }
  open_run(run, static_cast<uint32_t>(entries.size()), entries.size());
  const Flow flow = sink.consume(std::move(batch), *this);
  for (auto& block : bytes) std::fill(block.begin(), block.end(), '\xee');
  close_run(run);
  return flow;
}

void TestSource::on_settled(AckRun&) { ++settled_runs; }

ComponentHarness::ComponentHarness(std::string local_id, const Clock& clock)
    : id_(std::move(local_id)),
      clock_(clock),
      lanes_(1, clock, /*threads=*/false),
      metrics_(registry_.scope({{"component_path", "/"}, {"component_id", id_}})),
      logger_(nullptr),
      receiver_(std::make_shared<LogsReceiver>(id_ + ".receiver")),
      sink_receiver_(std::make_shared<LogsReceiver>("vec.sink.out.receiver")),
      source_(lanes_[0]),
      scope_(&stdlib_values()) {
  auto output = std::make_shared<Logger::Output>(clock_, [this](std::string_view line) { log_text_ += line; });
  output->configure(LogLevel::kDebug, LogFormat::kLogfmt);
  logger_ = Logger(std::move(output)).with({{"component_path", "/"}, {"component_id", id_}});
  sink_receiver_->bind(0, &sink_);
  source_.account = delivery_.ledger.open("test.source", "", 0);
  const Value out = Value::object({{"receiver", receiver_value(sink_receiver_)}});
  scope_.set("vec", Value::object({{"sink", Value::object({{"out", out}})}}));
}

ComponentHarness::~ComponentHarness() {
  if (node_) stop();
  sink_receiver_->bind(0, nullptr);
  if (!storage.empty()) std::filesystem::remove_all(storage);
}

bool ComponentHarness::load(std::string_view text, std::string_view name) {
  diagnostics_ = {};
  const ast::FilePtr file = parse_file(std::make_shared<Source>("config.alloy", std::string(text)), diagnostics_);
  if (!file) return false;
  files_.push_back(file);
  const auto wanted = std::find_if(file->body.begin(), file->body.end(), [&](const ast::Statement& statement) {
    return name.empty() || (statement.block() && statement.block()->full_name() == name);
  });
  if (wanted == file->body.end()) return diagnostics_.error({}, "no such block"), false;
  const ast::Block* block = wanted->block();
  const ComponentSpec* spec = block ? find_component(block->full_name()) : nullptr;
  if (!spec) return diagnostics_.error(wanted->span, "no component of this build"), false;
  PlanPtr plan = spec->plan(*block, scope_, diagnostics_);
  if (!plan) return false;
  if (const auto why = spec->refused_at(*plan, experimental ? Stability::kExperimental : Stability::kGenerallyAvailable))
    return refuse_block(*block, "building component", *why, diagnostics_), false;
  exports_ = spec->exports(*plan, {receiver_, node_ ? &exports_ : nullptr});
  if (node_) {
    if (!spec->equal(*plan_, *plan)) {
      if (const auto prepared = node_->prepare(*plan); !prepared) return refuse_block(*block, "updating component", prepared.error().what, diagnostics_), false;
      lanes_.transaction([&] { node_->update(plan); });
    }
    plan_ = std::move(plan);
    turn();
    return true;
  }
  auto node = spec->start(plan, *this);
  if (!node) return refuse_block(*block, "building component", node.error().what, diagnostics_), false;
  plan_ = std::move(plan);
  node_ = std::move(*node);
  if (run_on_load) lanes_.transaction([&] { node_->run(); });
  turn();
  return true;
}

std::string ComponentHarness::error() const {
  std::string text;
  for (const Diagnostic& d : diagnostics_.all()) text += (text.empty() ? "" : "\n") + d.message;
  return text;
}

void ComponentHarness::turn() {
  lanes_[0].loop().turn();
  loop_.turn();
  lanes_[0].loop().turn();
}

bool ComponentHarness::turn_until(const std::function<bool()>& done, int timeout_ms) {
  const int64_t deadline = SystemClock::instance().steady_ns() + int64_t{timeout_ms} * 1'000'000;
  while (!done()) {
    if (SystemClock::instance().steady_ns() > deadline) return false;
    turn();
    const timespec pause{0, 500'000};
    nanosleep(&pause, nullptr);
  }
  return true;
}

void ComponentHarness::advance(int64_t ns) {
  INVAR_CHECK(fake_clock_);
  fake_clock_->advance(ns);
  // Timers of loops go by the machine's clock: those of stages are asked.
  if (auto* process = dynamic_cast<loki_process::ProcessLane*>(input())) process->on_time();
  turn();
}

void ComponentHarness::stop(int timeout_ms) {
  bool drained = false;
  node_->drain([&drained] { drained = true; });
  turn_until([&] { return drained; }, timeout_ms);
  node_.reset();
  turn();
}

std::string ComponentHarness::imbalance() const {
  if (!source_.ledger.balanced()) return "the source's ledger does not balance";
  for (const auto& lines : delivery_.ledger.sources_of(0))
    if (!lines.balanced()) return "the account of " + lines.component + " does not balance";
  for (const auto& lines : delivery_.ledger.destinations())
    if (!lines.balanced()) return "the book of " + lines.component + " " + lines.name + " does not balance";
  return "";
}

std::string ComponentHarness::ledger_fault() const {
  const auto& ledger = source_.ledger;
  if (ledger.in_flight != 0) return std::to_string(ledger.in_flight) + " lines are still in flight";
  if (const std::string fault = imbalance(); !fault.empty()) return fault;
  for (const auto& run : source_.runs)
    if (run->open != 0) return "a run is not settled";
  return sink_.clean ? "" : "a row left with flags set";
}

std::filesystem::path ComponentHarness::data_path() const {
  if (storage.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "invar-test-XXXXXX").string();
    const_cast<std::filesystem::path&>(storage) = mkdtemp(pattern.data());
  }
  return storage / id_;
}

void ComponentHarness::publish(Value exports) { exports_ = std::move(exports); }

void ComponentHarness::set_health(HealthState state, std::string message) { health_ = {state, std::move(message), clock_.wall_ns()}; }

}  // namespace invar::harness
