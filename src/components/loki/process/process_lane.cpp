#include "src/components/loki/process/process_lane.h"

#include <algorithm>

namespace invar::loki_process {

/// A Work for one batch. Its arena is emptied when the next batch borrows it: until then rows may point into it.
class ProcessLane::WorkLease {
 public:
  WorkLease(std::vector<std::unique_ptr<Work>>& spare, LogBatch& batch) : spare_(spare) {
    if (spare_.empty()) spare_.push_back(std::make_unique<Work>());
    work_ = std::move(spare_.back());
    spare_.pop_back();
    work_->arena.reset();
    work_->batch = &batch;
  }
  WorkLease(const WorkLease&) = delete;
  WorkLease& operator=(const WorkLease&) = delete;
  ~WorkLease() {
    work_->batch = nullptr;
    spare_.push_back(std::move(work_));
  }
  Work& operator*() { return *work_; }

 private:
  std::vector<std::unique_ptr<Work>>& spare_;
  std::unique_ptr<Work> work_;
};

ProcessLane::ProcessLane(const Context& context, PipelinePlanPtr plan, std::vector<LogsReceiverPtr> forward_to)
    : context_(context),
      pipeline_(make_pipeline(std::move(plan))),
      fanout_(context.lane.index()),
      timer_(context.lane.loop(), [this] {
        armed_ns_ = kNever;
        on_time();
      }) {
  fanout_.set_receivers(std::move(forward_to));
}

std::unique_ptr<Pipeline> ProcessLane::make_pipeline(PipelinePlanPtr plan) const {
  return std::make_unique<Pipeline>(std::move(plan), context_.lane.labels(), context_.lane.clock(), context_.metrics, context_.log,
                                    observer_);
}

Flow ProcessLane::consume(LogBatch&& batch, Upstream& upstream) {
  WorkLease work(spare_works_, batch);
  pipeline_->run(*work);
  if ((*work).dropped) take_out_dropped(batch, [](DropReason, const LogRow&) {});
  arm(pipeline_->deadline_ns());
  const Flow flow = send(std::move(batch));
  return flow == Flow::kPause || pipeline_->wants_pause() ? paused_.pause(upstream) : Flow::kKeepSending;
}

/// In parts, where stages have made more of a batch.
Flow ProcessLane::send(LogBatch&& batch) {
  if (batch.rows.size() <= LogBatch::kMaxRows) return fanout_.send(std::move(batch), *this);
  Flow flow = Flow::kKeepSending;
  for (size_t begin = 0; begin < batch.rows.size(); begin += LogBatch::kMaxRows) {
    LogBatch part;
    const size_t end = std::min(begin + LogBatch::kMaxRows, batch.rows.size());
    part.rows.assign(batch.rows.begin() + static_cast<ptrdiff_t>(begin), batch.rows.begin() + static_cast<ptrdiff_t>(end));
    flow = fanout_.send(std::move(part), *this);
  }
  return flow;
}

void ProcessLane::resume_upstreams() {
  if (!fanout_.paused() && !pipeline_->wants_pause()) paused_.resume_all();
}

template <class Fill>
void ProcessLane::emit(Fill&& fill) {
  LogBatch batch;
  batch.rows.swap(spare_rows_);
  {
    WorkLease work(spare_works_, batch);
    fill(*work);
    if ((*work).dropped) take_out_dropped(batch, [](DropReason, const LogRow&) {});
    send(std::move(batch));
  }
  batch.rows.clear();
  batch.rows.swap(spare_rows_);
}

int64_t ProcessLane::on_time() {
  const int64_t now = context_.lane.clock().steady_ns();
  while (pipeline_->deadline_ns() <= now) emit([&](Work& work) { pipeline_->on_timer(now, work); });
  const int64_t next = pipeline_->deadline_ns();
  arm(next);
  resume_upstreams();
  return next;
}

void ProcessLane::arm(int64_t deadline_ns) {
  if (deadline_ns == kNever || deadline_ns >= armed_ns_) return;
  armed_ns_ = deadline_ns;
  const int64_t wait = std::max<int64_t>(0, deadline_ns - context_.lane.clock().steady_ns());
  timer_.start(static_cast<uint64_t>((wait + 999'999) / 1'000'000));
}

void ProcessLane::flush() {
  for (size_t flow = 0; flow < pipeline_->flow_count(); ++flow) emit([&](Work& work) { pipeline_->flush(flow, work); });
}

void ProcessLane::adopt(PipelinePlanPtr plan, std::vector<LogsReceiverPtr> forward_to) {
  if (plan.get() != &pipeline_->plan()) {
    for (size_t flow = 0; flow < pipeline_->flow_count(); ++flow)
      if (!pipeline_->is_kept_by(flow, *plan)) emit([&](Work& work) { pipeline_->flush(flow, work); });
    auto next = make_pipeline(std::move(plan));
    next->adopt(*pipeline_);
    pipeline_ = std::move(next);
    on_time();
  }
  fanout_.set_receivers(std::move(forward_to));
  resume_upstreams();
}

}  // namespace invar::loki_process
