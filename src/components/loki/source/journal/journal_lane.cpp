#include "src/components/loki/source/journal/journal_lane.h"

#include <utility>

#include "src/telemetry/orphaned_runs.h"

namespace invar::loki_source_journal {

JournalLane::JournalLane(Lane& lane, Figures figures, LedgerAccountPtr account, Ways ways)
    : lane_(lane),
      figures_(std::move(figures)),
      account_(std::move(account)),
      ways_(std::move(ways)),
      fanout_(lane.index()),
      tell_timer_(lane.loop(), [this] { tell_position(); }) {
  rewinds = true;
  marks_keeper = this;
}

JournalLane::~JournalLane() {
  fanout_.forget(*this);
  tell_position();
  std::vector<std::unique_ptr<AckRun>> open;
  for (Sent& sent : sent_)
    if (!sent.settled) open.push_back(std::move(sent.run));
  OrphanedRuns::adopt(open);
}

void JournalLane::take(JournalBatchPtr batch) {
  if (draining_ || batch->generation != generation_) return;
  waiting_.push_back(std::move(batch));
  advance();
}

void JournalLane::resume() { advance(); }

void JournalLane::advance() {
  if (std::exchange(advancing_, true)) return;
  while (!waiting_.empty() && !fanout_.paused() && !returned_ && !draining_) {
    const JournalBatchPtr batch = std::move(waiting_.front());
    waiting_.pop_front();
    send(*batch);
    if (batch->generation == generation_) ways_.handed_on();
  }
  advancing_ = false;
}

void JournalLane::send(JournalBatch& batch) {
  const auto rows = static_cast<uint32_t>(batch.rows.size());
  Sent& sent = sent_.emplace_back();
  sent.range = std::move(batch.range);
  sent.run = std::make_unique<AckRun>(AckRun{.source = this, .begin = next_, .end = next_ + 1, .account = account_});
  ++next_;
  count(batch);
  if (rows == 0) {
    sent.settled = true;
    return look_at_settled();
  }
  AckRun& run = *sent.run;
  batch_.clear();
  const int64_t now = lane_.clock().wall_ns();
  const LabelList* list = nullptr;
  const LabelSet* labels = nullptr;
  for (const JournalBatch::Row& row : batch.rows) {
    if (row.labels != list) labels = labels_of(*(list = row.labels));
    batch_.rows.push_back({.line = row.line, .time_ns = row.time_ns, .created_ns = now, .labels = labels, .ack = &run});
  }
  open_run(run, rows, rows);
  fanout_.send(std::move(batch_), *this);
  close_run(run);
}

void JournalLane::count(const JournalBatch& batch) {
  if (batch.again) return;
  figures_.lines.add(batch.rows.size());
  if (batch.without_message > 0) figures_.errors("no_message").add(batch.without_message);
  if (batch.without_labels > 0) figures_.errors("empty_labels").add(batch.without_labels);
}

const LabelSet* JournalLane::labels_of(const LabelList& list) {
  scratch_.clear();
  for (const auto& [name, value] : list) scratch_.push_back({name, value});
  return lane_.labels().intern_unsorted(scratch_);
}

// ------------------------------------------------------------------------------------------------------------- settled

void JournalLane::on_settled(AckRun& run) {
  Sent& sent = sent_[run.begin - sent_.front().run->begin];
  sent.settled = true;
  returned_ |= run.returned;
  look_at_settled();
}

void JournalLane::look_at_settled() {
  while (!sent_.empty() && sent_.front().settled && !sent_.front().run->returned) {
    settled_behind_ = std::move(sent_.front().range.last);
    take_marks(sent_.front().run->marks, marks_);
    told_ = false;
    sent_.pop_front();
  }
  if (!told_) plan_tell();
  if (returned_) send_again();
  if (!drained_) return;
  for (const Sent& sent : sent_)
    if (!sent.settled) return;
  tell_position();
  std::exchange(drained_, nullptr)();
}

/// Once all that was in flight has come to rest.
void JournalLane::send_again() {
  if (draining_) return;
  for (const Sent& sent : sent_)
    if (!sent.settled) return;
  Rewind rewind{.generation = ++generation_, .again = {}, .resume_behind = sent_.back().range.last};
  for (Sent& sent : sent_)
    if (sent.run->returned) rewind.again.push_back(std::move(sent.range));
  sent_.clear();
  waiting_.clear();
  returned_ = false;
  ways_.rewind(std::move(rewind));
}

void JournalLane::plan_tell() {
  const bool soon = !marks_.empty();
  if (tell_timer_.active() && (tells_soon_ || !soon)) return;
  tells_soon_ = soon;
  tell_timer_.start(soon ? kTellMarkedMs : kTellMs);
}

void JournalLane::tell_position() {
  if (std::exchange(told_, true)) return;
  tell_timer_.stop();
  ways_.settled(settled_behind_, std::exchange(marks_, {}));
}

void JournalLane::drain(std::function<void()> done) {
  draining_ = true;
  waiting_.clear();
  drained_ = std::move(done);
  look_at_settled();
}

}  // namespace invar::loki_source_journal
