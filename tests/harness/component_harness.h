#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/base/clock.h"
#include "src/base/diagnostics.h"
#include "src/runtime/component.h"
#include "src/runtime/log_output.h"

namespace invar::harness {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A row with bytes of its own.
struct Entry {
  std::string line;
  Pairs labels;
  Pairs metadata;
  int64_t time_ns = 0;
};
/// One as it arrived at the end of a component.
struct Received : Entry {
  uint32_t source_lines = 0;
};

/// The `vec.sink` of the recorded vectors: keeps what it gets and settles it as told.
class CollectingSink final : public LogSink {
 public:
  Flow consume(LogBatch&& batch, Upstream& upstream) override;
  void forget(Upstream& upstream) override { paused.forget(upstream); }
  void settle_held(Settled outcome);

  std::vector<Received> received;
  bool clean = true;    // no row arrived with flags set
  bool hold = false;    // keep references until settle_held()
  bool full = false;    // answer kPause
  PausedUpstreams paused;

 private:
  std::vector<std::pair<AckRun*, uint32_t>> held_;
};

/// Sends entries into a component, as a source that settles nothing by itself would. The bytes of a batch are overwritten as soon as it has been
/// consumed: who keeps views of them is found out.
class TestSource final : public AckSource, public Upstream {
 public:
  explicit TestSource(Lane& lane) : lane_(lane) {}
  /// One batch, one ack run per call. On the lane's thread.
  Flow send(LogSink& sink, const std::vector<Entry>& entries);
  void on_settled(AckRun& run) override;
  void resume() override { ++resumed; }

  std::vector<std::unique_ptr<AckRun>> runs;
  LedgerAccountPtr account;
  size_t settled_runs = 0;
  size_t resumed = 0;

 private:
  Lane& lane_;
};

/// Everything around one component: a NodeContext whose main, delivery and disk loop are one loop and whose only lane has no thread; both are turned by turn(). The
/// component's receiver, exports, health and metrics can be looked at.
class ComponentHarness final : public NodeContext {
 public:
  explicit ComponentHarness(std::string local_id, const Clock& clock = SystemClock::instance());
  /// On a clock that stands still until advance().
  ComponentHarness(std::string local_id, FakeClock& clock) : ComponentHarness(std::move(local_id), static_cast<const Clock&>(clock)) { fake_clock_ = &clock; }
  ~ComponentHarness() override;

  /// Plans and starts `type "label" { body }` (the text as it stands; its first block, or the first of that name), with sink() reachable as
  /// `vec.sink.out.receiver`; a reload when it runs already. False with diagnostics() when it was refused.
  bool load(std::string_view text, std::string_view name = {});
  /// Begins what load() started; load() does it by itself unless told not to.
  bool run_on_load = true;
  /// --stability.level=experimental.
  bool experimental = false;
  /// So many times faster are paces that no config says.
  uint64_t haste = 1;
  const Diagnostics& diagnostics() const { return diagnostics_; }
  /// As CLI and recorded vectors name them: messages joined by newlines.
  std::string error() const;

  /// Turns all loops once / until `done` or `timeout_ms` has passed (false then).
  void turn();
  bool turn_until(const std::function<bool()>& done, int timeout_ms = 5000);
  /// Moves the fake clock and lets what waits for a moment happen.
  void advance(int64_t ns);
  /// Drains, waits for it (at most `timeout_ms`), and destroys the node.
  void stop(int timeout_ms = 20'000);

  Lane& lane() { return lanes_[0]; }
  LogSink* input() { return receiver_->sink(0); }
  CollectingSink& sink() { return sink_; }
  TestSource& source() { return source_; }
  Node* node() { return node_.get(); }
  Flow send(const std::vector<Entry>& entries) { return source_.send(*input(), entries); }
  /// What arrived at sink().
  const std::vector<Received>& received() const { return sink_.received; }
  const Value& exports() const { return exports_; }
  /// Empty when the books of the source and of all destinations balance, now.
  std::string imbalance() const;
  /// Empty when every line sent is accounted for; after stop().
  std::string ledger_fault() const;
  const Health& health() const { return health_; }
  const std::string& log_text() const { return log_text_; }
  /// Everything of the component in text format.
  std::string metrics_text() const { return registry_.expose(); }
  /// Names that expressions of the config may use beside the sink.
  Scope& scope() { return scope_; }
  std::filesystem::path storage;  // made by the first call of data_path(); removed at the end

  const std::string& local_id() const override { return id_; }
  const std::string& global_id() const override { return id_; }
  Loop& main_loop() override { return loop_; }
  const Clock& clock() const override { return clock_; }
  uint64_t pace_ms(uint64_t usual_ms) const override { return usual_ms / haste; }
  Lanes& lanes() override { return lanes_; }
  Loop& delivery_loop() override { return loop_; }
  Loop& disk_loop() override { return loop_; }
  Delivery& delivery() override { return delivery_; }
  std::filesystem::path data_path() const override;
  const std::string& seed_uid() const override { return seed_; }
  const std::string& user_agent() const override { return agent_; }
  MetricScope& metrics() override { return *metrics_; }
  const Logger& log() const override { return logger_; }
  void publish(Value exports) override;
  void set_health(HealthState state, std::string message) override;
  const LogsReceiverPtr& receiver() override { return receiver_; }

 private:
  std::string id_;
  const Clock& clock_;
  FakeClock* fake_clock_ = nullptr;
  Delivery delivery_;
  Loop loop_;
  Lanes lanes_;
  std::string seed_ = "00000000-0000-0000-0000-000000000000";
  std::string agent_ = "Alloy/v0.0.0 (linux; binary)";
  MetricRegistry registry_;
  std::unique_ptr<MetricScope> metrics_;
  std::string log_text_;
  Logger logger_;
  LogsReceiverPtr receiver_;
  LogsReceiverPtr sink_receiver_;
  CollectingSink sink_;
  TestSource source_;
  Scope scope_;
  Diagnostics diagnostics_;
  std::vector<ast::FilePtr> files_;
  PlanPtr plan_;
  NodePtr node_;
  Value exports_;
  Health health_;
};

}  // namespace invar::harness
