#include "src/components/shared/push_runs.h"

#include <algorithm>

#include "src/telemetry/orphaned_runs.h"

namespace invar {

PushRuns::~PushRuns() { OrphanedRuns::adopt(runs_); }

Flow PushRuns::send(LogBatch& batch, Fanout& fanout, Upstream& upstream) {
  const auto rows = static_cast<uint32_t>(batch.rows.size());
  AckRun& run = new_run(rows);
  for (LogRow& row : batch.rows) row.ack = &run;
  open_run(run, rows, rows);
  const Flow flow = fanout.send(std::move(batch), upstream);
  close_run(run);
  return flow;
}

AckRun& PushRuns::new_run(size_t rows) {
  auto run = spare_.empty() ? std::make_unique<AckRun>() : std::move(spare_.back());
  if (!spare_.empty()) spare_.pop_back();
  *run = AckRun{.source = this, .begin = next_, .end = next_ + rows, .account = account_};
  next_ += rows;
  return *runs_.emplace_back(std::move(run));
}

void PushRuns::on_settled(AckRun& run) {
  constexpr size_t kSpare = 16;
  if (run.returned) lost_.add(run.end - run.begin);
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& known) { return known.get() == &run; });
  (*found)->account.reset();
  if (spare_.size() < kSpare) spare_.push_back(std::move(*found));
  runs_.erase(found);
  settled_();
}

}  // namespace invar
