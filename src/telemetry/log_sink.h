#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/telemetry/log_batch.h"

namespace invar {

enum class Flow : uint8_t {
  kKeepSending,  // taken; send more
  kPause,        // taken as well, but send nothing more until resume()
};

/// The sender, as a sink that said kPause sees it. On the lane's thread.
class Upstream {
 public:
  virtual ~Upstream() = default;
  /// Called exactly once for each time a sink newly answered kPause to this upstream.
  virtual void resume() = 0;
};

/// Takes batches, on one lane's thread. Lives as long as its component's lane half. A sink that goes away first resumes whom it paused.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// Always takes the batch (to refuse would be to lose lines): rows are settled, held or passed on by the callee. After kPause the sink remembers
  /// `upstream` until it resumed it; sending again while paused is allowed once (in-flight batches) and answers kPause again.
  virtual Flow consume(LogBatch&& batch, Upstream& upstream) = 0;
  /// `upstream` is going away: forget it. No resume() will follow.
  virtual void forget(Upstream& upstream) = 0;
};

/// The upstreams that a sink answered kPause to and has yet to resume. One lane.
class PausedUpstreams {
 public:
  ~PausedUpstreams() { resume_all(); }
  bool empty() const { return waiting_.empty(); }
  /// Remembers `upstream` once; returns kPause, so that a sink can `return paused_.pause(upstream)`.
  Flow pause(Upstream& upstream);
  void forget(Upstream& upstream);
  /// Resumes everyone that waits now. A resumed upstream may pause again at once.
  void resume_all();

 private:
  std::vector<Upstream*> waiting_;
};

/// Settles and removes the rows marked dropped; counts each reason's rows with `count(reason, rows)`. Rows keep their order.
template <class Count>
void take_out_dropped(LogBatch& batch, Count&& count) {
  size_t kept = 0;
  for (size_t i = 0; i < batch.rows.size(); ++i) {
    LogRow& row = batch.rows[i];
    if (row.dropped != kNotDropped) {
      count(row.dropped, row);
      settle(*row.ack, Settled::kDropped, 1, row.source_lines, row.dropped);
      continue;
    }
    if (kept != i) batch.rows[kept] = row;
    ++kept;
  }
  batch.rows.resize(kept);
}

inline constexpr size_t kMaxLanes = 4;

/// What an expression like `loki.write.x.receiver` stands for: a stable handle of a component's input. The component may be replaced; its handle
/// stays and is bound to the new sinks. Slot i of the sinks is read and written on lane i only.
class LogsReceiver {
 public:
  static constexpr std::string_view kCapsuleType = "loki.LogsReceiver";
  explicit LogsReceiver(std::string name) : name_(std::move(name)) {}
  /// `<global component id>.receiver`, as the API prints it.
  const std::string& name() const { return name_; }
  LogSink* sink(size_t lane) const { return sinks_[lane]; }
  void bind(size_t lane, LogSink* sink) { sinks_[lane] = sink; }

 private:
  std::string name_;
  std::array<LogSink*, kMaxLanes> sinks_{};
};
using LogsReceiverPtr = std::shared_ptr<LogsReceiver>;

/// Sends every batch to all receivers of a `forward_to`, on one lane. Copies rows, not bytes; the last branch moves. Pauses while any branch does.
/// A receiver that is bound to nothing swallows rows as dropped("removed").
class Fanout final {
 public:
  explicit Fanout(size_t lane) : lane_(lane) {}
  ~Fanout();
  Fanout(const Fanout&) = delete;
  Fanout& operator=(const Fanout&) = delete;
  /// Swaps the receivers between two batches. Branches that go are forgotten; a pause of theirs ends.
  void set_receivers(std::vector<LogsReceiverPtr> receivers);
  bool empty() const { return branches_.empty(); }
  bool paused() const { return paused_ > 0; }
  /// Rows without a live branch are settled as dropped("removed").
  Flow send(LogBatch&& batch, Upstream& upstream);
  void forget(Upstream& upstream);

 private:
  struct Branch final : Upstream {
    Fanout* owner = nullptr;
    LogsReceiverPtr receiver;
    LogSink* paused_by = nullptr;  // null: not paused
    void resume() override;
  };
  void branch_resumed();
  size_t lane_;
  std::vector<std::unique_ptr<Branch>> branches_;
  PausedUpstreams waiting_;
  size_t paused_ = 0;
};

}  // namespace invar
