#pragma once

#include <deque>
#include <memory>
#include <string>

#include "src/base/clock.h"
#include "src/runtime/component.h"
#include "src/runtime/log_output.h"
#include "tests/conformance/suite.h"

namespace invar {

/// One component of a config text on the test's thread: a fake clock, one lane without a thread, and a receiver `vec.sink.out.receiver` that
/// collects what it gets. Bytes of a batch are overwritten as soon as consume() returns: who keeps views of them is found out.
class ComponentRig final : private NodeContext {
 public:
  explicit ComponentRig(int64_t wall_ns);
  ~ComponentRig() override;

  /// Loads the first block of that name; false with `diagnostics`.
  bool load(const std::string& text, std::string_view component);
  const Diagnostics& diagnostics() const { return diagnostics_; }
  const Source* source() const { return source_.get(); }
  /// What the component exports.
  const Value& exports() const { return exports_; }

  struct Entry {
    std::vector<std::pair<std::string, std::string>> labels;
    int64_t time_ns = 0;
    std::string line;
    std::vector<std::pair<std::string, std::string>> metadata;
  };
  /// Sends one batch, in one turn of the lane.
  void send(const std::vector<Entry>& entries);
  /// Moves the clock and lets timers of the component run.
  void advance(int64_t ns);
  /// Drains the component as at the end of the process.
  void stop();
  LogSink* input() { return receiver_->sink(0); }
  FakeClock& fake_clock() { return clock_; }

  const std::vector<Entry>& received() const;
  /// Prometheus text of everything the component shows.
  std::string exposed() const { return registry_.expose(); }
  /// Empty when every line sent is accounted for; after stop().
  std::string ledger_fault() const;

 private:
  class Collector;
  struct Feed final : AckSource, Upstream {
    void on_settled(AckRun&) override {}
    void resume() override {}
  };

  const std::string& local_id() const override { return id_; }
  const std::string& global_id() const override { return id_; }
  Loop& main_loop() override { return main_loop_; }
  const Clock& clock() const override { return clock_; }
  Lanes& lanes() override { return *lanes_; }
  Loop& delivery_loop() override { return main_loop_; }
  Loop& disk_loop() override { return main_loop_; }
  std::filesystem::path data_path() const override { return {}; }
  const std::string& seed_uid() const override { return id_; }
  const std::string& user_agent() const override { return id_; }
  MetricScope& metrics() override { return *scope_; }
  const Logger& log() const override { return log_; }
  void publish(Value exports) override { exports_ = std::move(exports); }
  void set_health(HealthState, std::string) override {}
  const LogsReceiverPtr& receiver() override { return receiver_; }

  void turn();

  FakeClock clock_;
  Loop main_loop_;
  std::unique_ptr<Lanes> lanes_;
  MetricRegistry registry_;
  std::unique_ptr<MetricScope> scope_;
  Logger log_;
  std::string id_;
  LogsReceiverPtr receiver_, sink_;
  std::unique_ptr<Collector> collector_;
  Diagnostics diagnostics_;
  SourcePtr source_;
  Value exports_;
  NodePtr node_;
  Feed feed_;
  std::deque<AckRun> runs_;
  uint64_t sent_ = 0;
};

/// An entry as vectors write it, for comparison: bytes that are no UTF-8 are shown quoted.
Json entry_json(const ComponentRig::Entry& entry);
/// The times of vectors: RFC 3339, or `now`, `now-1h` relative to `now_ns`.
int64_t recorded_time(const std::string& text, int64_t now_ns);
ComponentRig::Entry recorded_entry(const Json& entry, int64_t now_ns);
/// Diagnostics as vectors record them.
Json diagnostics_json(const ComponentRig& rig);
std::string joined_messages(const Diagnostics& diagnostics);
/// With U+FFFD for each byte that is no UTF-8, as Go's JSON encoder wrote the vectors.
std::string mended(std::string_view text);

}  // namespace invar
