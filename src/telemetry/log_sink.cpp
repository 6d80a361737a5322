#include "src/telemetry/log_sink.h"

#include <algorithm>

namespace invar {
namespace {

void drop_all(LogBatch& batch) {
  static const DropReason kRemoved = drop_reason("removed");
  for (LogRow& row : batch.rows) row.dropped = kRemoved;
  take_out_dropped(batch, [](DropReason, const LogRow&) {});
}

/// Another branch will settle these rows as well.
void add_branch_references(const LogBatch& batch) {
  for (const LogRow& row : batch.rows) add_branch(*row.ack, 1, row.source_lines);
}

}  // namespace

Flow PausedUpstreams::pause(Upstream& upstream) {
  if (std::find(waiting_.begin(), waiting_.end(), &upstream) == waiting_.end()) waiting_.push_back(&upstream);
  return Flow::kPause;
}

void PausedUpstreams::forget(Upstream& upstream) { std::erase(waiting_, &upstream); }

void PausedUpstreams::resume_all() {
  // Only those that wait now: a resumed upstream that fills us up again is appended and stays.
  for (size_t left = waiting_.size(); left > 0 && !waiting_.empty(); --left) {
    Upstream* next = waiting_.front();
    waiting_.erase(waiting_.begin());
    next->resume();
  }
}

Fanout::~Fanout() { set_receivers({}); }

void Fanout::set_receivers(std::vector<LogsReceiverPtr> receivers) {
  std::vector<std::unique_ptr<Branch>> next;
  for (LogsReceiverPtr& receiver : receivers) {
    const auto same = std::find_if(branches_.begin(), branches_.end(),
                                   [&](const auto& branch) { return branch && branch->receiver == receiver; });
    if (same != branches_.end()) {
      next.push_back(std::move(*same));
      continue;
    }
    auto branch = std::make_unique<Branch>();
    branch->owner = this;
    branch->receiver = std::move(receiver);
    next.push_back(std::move(branch));
  }
  branches_.swap(next);
  for (const auto& gone : next) {
    if (!gone || !gone->paused_by) continue;
    gone->paused_by->forget(*gone);
    --paused_;
  }
  if (paused_ == 0) waiting_.resume_all();
}

Flow Fanout::send(LogBatch&& batch, Upstream& upstream) {
  if (batch.rows.empty()) return paused_ > 0 ? waiting_.pause(upstream) : Flow::kKeepSending;
  size_t left = 0;
  for (const auto& branch : branches_) left += branch->receiver->sink(lane_) != nullptr;
  if (left == 0) drop_all(batch);
  for (size_t i = 0; i < branches_.size() && left > 0; ++i) {
    Branch& branch = *branches_[i];
    LogSink* sink = branch.receiver->sink(lane_);
    if (!sink) continue;
    Flow flow;
    if (--left > 0) {
      add_branch_references(batch);
      flow = sink->consume(batch.copy_rows(), branch);
    } else {
      flow = sink->consume(std::move(batch), branch);
    }
    if (flow == Flow::kPause && !branch.paused_by) {
      branch.paused_by = sink;
      ++paused_;
    }
  }
  return paused_ > 0 ? waiting_.pause(upstream) : Flow::kKeepSending;
}

void Fanout::forget(Upstream& upstream) { waiting_.forget(upstream); }

void Fanout::Branch::resume() {
  if (!paused_by) return;
  paused_by = nullptr;
  owner->branch_resumed();
}

void Fanout::branch_resumed() {
  if (--paused_ == 0) waiting_.resume_all();
}

}  // namespace invar
