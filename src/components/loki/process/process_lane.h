#pragma once

#include <memory>
#include <vector>

#include "src/components/loki/process/pipeline.h"
#include "src/io/loop.h"
#include "src/runtime/lane.h"
#include "src/telemetry/log_sink.h"

namespace invar::loki_process {

/// The half of a loki.process that works on lines: one per lane, made, used and destroyed there.
class ProcessLane final : public LogSink, private Upstream {
 public:
  struct Context {
    Lane& lane;
    MetricScope& metrics;
    const Logger* log;  // may be null
  };
  ProcessLane(const Context& context, PipelinePlanPtr plan, std::vector<LogsReceiverPtr> forward_to);

  Flow consume(LogBatch&& batch, Upstream& upstream) override;
  void forget(Upstream& upstream) override { paused_.forget(upstream); }

  /// Swaps plan and destinations between two batches. Stages that are the same at the same place keep their state; what others hold goes through
  /// the old pipeline to the old destinations first.
  void adopt(PipelinePlanPtr plan, std::vector<LogsReceiverPtr> forward_to);
  /// Hands on everything that is held.
  void flush();
  /// Hands on what is due; returns Clock::steady_ns of what is due next (kNever: nothing). The loop's timer calls it; tests may.
  int64_t on_time();
  /// Lets somebody look on, from the next batch on; nullptr ends it. From any thread.
  void observe(PipelineObserver* observer) { observer_.store(observer); }

 private:
  class WorkLease;
  /// Of the destinations. What its own timer sends does not wait for them: it is held already.
  void resume() override { resume_upstreams(); }
  void resume_upstreams();
  std::unique_ptr<Pipeline> make_pipeline(PipelinePlanPtr plan) const;
  Flow send(LogBatch&& batch);
  void arm(int64_t deadline_ns);
  template <class Fill>
  void emit(Fill&& fill);

  Context context_;
  ObserverSlot observer_{nullptr};
  PausedUpstreams paused_;  // wait for a destination, or for a stage that holds rows
  std::unique_ptr<Pipeline> pipeline_;
  Fanout fanout_;
  std::vector<LogRow> spare_rows_;  // of batches of its own
  std::vector<std::unique_ptr<Work>> spare_works_;  // one, but for batches that come while another is handed on
  Timer timer_;
  int64_t armed_ns_ = kNever;
};

}  // namespace invar::loki_process
