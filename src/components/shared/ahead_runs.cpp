#include "src/components/shared/ahead_runs.h"

#include <utility>

#include "src/telemetry/orphaned_runs.h"

namespace invar {

AheadRuns::AheadRuns(Lane& lane, NodeContext& context, std::string directory, Fanout& fanout, LedgerAccountPtr account, Counter& lost, std::function<void()> changed)
    : lane_(lane),
      log_(context.log()),
      fanout_(fanout),
      account_(std::move(account)),
      lost_(lost),
      changed_(std::move(changed)),
      retry_timer_(lane.loop(), [this] { write_again(); }) {
  rewinds = true;  // what was not settled is there again
  marks_keeper = this;
  WriteAhead::Owner& owner = *this;
  ahead_ = std::make_unique<WriteAhead>(lane.loop(), context, std::move(directory), owner);
  advance_soon();
}

AheadRuns::~AheadRuns() {
  fanout_.forget(*this);
  std::vector<std::unique_ptr<AckRun>> open;
  for (auto& [run, work] : works_) open.push_back(std::move(work->run));
  OrphanedRuns::adopt(open);
}

// ------------------------------------------------------------------------------------------------------------- to the disk

void AheadRuns::put(const LogBatch& batch) { write({write_ahead_rows(batch), batch.rows.size()}); }

void AheadRuns::write(Unsafe rows) {
  // What is behind something that the disk refused waits with it.
  if (!refused_.empty()) return refused_.push_back(std::move(rows));
  unsafe_bytes_ += rows.payload.size();
  const uint64_t item = ahead_->put(rows.payload, rows.lines);
  unsafe_.emplace(item, std::move(rows));
}

void AheadRuns::answered(uint64_t item, const Error* error) {
  const auto found = unsafe_.find(item);
  if (found == unsafe_.end()) return;
  unsafe_bytes_ -= found->second.payload.size();
  if (error) {
    refused_.push_back(std::move(found->second));
    retry_timer_.start(kRetryMs);
    if (!std::exchange(complained_, true)) log_.warn("lines cannot be written ahead: no more are read until they can", {{"error", error->what}});
  } else if (refused_.empty() && std::exchange(complained_, false)) {
    log_.info("lines can be written ahead again");
  }
  unsafe_.erase(found);
  changed_();
}

void AheadRuns::write_again() {
  for (Unsafe& rows : std::exchange(refused_, {})) write(std::move(rows));
}

// ------------------------------------------------------------------------------------------------------------- from the disk

void AheadRuns::handed_on(uint64_t item, std::string payload) {
  wants_ = false;
  next_ = std::make_unique<Work>(Work{item, std::move(payload), nullptr});
  advance();
}

void AheadRuns::resume() {
  paused_ = false;
  advance();
}

void AheadRuns::advance() {
  if (std::exchange(advancing_, true)) return;
  while (!paused_ && !stopped_) {
    if (!next_ && !again_.empty()) {
      next_ = std::move(again_.front());
      again_.pop_front();
    }
    if (!next_ && !wants_ && works_.size() < kMostUnsettled) {
      wants_ = true;
      ahead_->want();
    }
    if (!next_) break;
    send(std::exchange(next_, nullptr));
  }
  advancing_ = false;
}

void AheadRuns::send(std::unique_ptr<Work> work) {
  if (!read_ahead_rows(work->payload, rows_)) {
    // It was written by another version: nobody can tell how many lines.
    lost_.add(1);
    return ahead_->done(work->item);
  }
  if (rows_.rows.empty()) return ahead_->done(work->item);
  const auto count = static_cast<uint32_t>(rows_.rows.size());
  work->run = std::make_unique<AckRun>(AckRun{.source = this, .begin = next_line_, .end = next_line_ + count, .account = account_});
  next_line_ += count;
  AckRun& run = *work->run;
  std::vector<const LabelSet*> sets;
  for (auto& labels : rows_.sets) sets.push_back(lane_.labels().intern_unsorted(labels));
  batch_.clear();
  for (const AheadRows::Row& row : rows_.rows)
    batch_.rows.push_back({.line = row.line, .time_ns = row.time_ns, .created_ns = rows_.created_ns, .labels = sets[row.set], .ack = &run});
  works_.emplace(&run, std::move(work));
  open_run(run, count, count);
  paused_ = fanout_.send(std::move(batch_), *this) == Flow::kPause;
  close_run(run);
}

void AheadRuns::on_settled(AckRun& run) {
  auto found = works_.find(&run);
  std::unique_ptr<Work> work = std::move(found->second);
  works_.erase(found);
  take_marks(run.marks, work->marks);
  if (run.returned) again_.push_back(std::move(work));
  else ahead_->done(work->item, std::move(work->marks));
  advance_soon();
  changed_();
  // `work` goes with the run, which nobody looks at any more.
}

/// Not from within: what is settled may be what is being handed on.
void AheadRuns::advance_soon() {
  lane_.loop().post([this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) advance();
  });
}

}  // namespace invar
