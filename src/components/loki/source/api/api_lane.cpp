#include "src/components/loki/source/api/api_lane.h"

#include <algorithm>

#include "src/telemetry/orphaned_runs.h"

namespace invar::loki_source_api {

ApiLane::ApiLane(Lane& lane, Figures figures, LogsPlanPtr plan, AnswerAfter answer_after, LedgerAccountPtr account)
    : lane_(lane), figures_(figures), plan_(std::move(plan)), answer_after_(answer_after), account_(std::move(account)), fanout_(lane.index()) {
  fanout_.set_receivers(plan_->forward_to);
  // Who was not answered sends again, and what is written ahead is there again.
  rewinds = answer_after_ != AnswerAfter::kHandOver;
}

ApiLane::~ApiLane() {
  fanout_.forget(*this);
  for (const auto& [item, done] : unanswered_) done(false);
  if (pending_ && pending_->push.done) pending_->push.done(false);
  if (answer_after_ == AnswerAfter::kDelivery)
    for (const auto& [run, work] : std::exchange(work_of_, {}))
      if (work.first != pending_ && work.first->push.done) std::exchange(work.first->push.done, nullptr)(false);
  OrphanedRuns::adopt(runs_);
}

void ApiLane::open_write_ahead(NodeContext& context, std::string directory) {
  marks_keeper = this;
  WriteAhead::Owner& owner = *this;
  ahead_ = std::make_unique<WriteAhead>(lane_.loop(), context, std::move(directory), owner);
  advance();
}

void ApiLane::adopt(LogsPlanPtr plan) {
  plan_ = std::move(plan);
  fanout_.set_receivers(plan_->forward_to);
}

void ApiLane::take(Push push) {
  if (ahead_ && push.original) {
    const size_t entries = push.request->entries.size();
    if (!plan_->use_incoming_timestamp || push.raw) push.first_time_ns = lane_.read_times(static_cast<uint32_t>(entries));
    auto done = std::move(push.done);
    unanswered_[ahead_->put(pack(push), entries)] = std::move(done);
    return;
  }
  if (paused_ || pending_) return push.done(false);
  begin(std::move(push), 0);
}

void ApiLane::begin(Push push, uint64_t item) {
  pending_ = std::make_shared<Work>();
  pending_->push = std::move(push);
  pending_->item = item;
  pending_->ranges.emplace_back(0, pending_->push.request->entries.size());
  advance();
}

void ApiLane::answered(uint64_t item, const Error* error) {
  const auto found = unanswered_.find(item);
  if (found == unanswered_.end()) return;
  const auto done = std::move(found->second);
  unanswered_.erase(found);
  done(error == nullptr);
}

void ApiLane::handed_on(uint64_t item, std::string payload) {
  wants_ = false;
  auto push = unpack(payload, plan_->message_bytes);
  if (push) return begin(std::move(*push), item);
  // It was written by another version, or for a larger limit.
  figures_.lost.add(1);
  ahead_->done(item);
  advance();
}

void ApiLane::advance() {
  if (std::exchange(advancing_, true)) return;
  while (!paused_) {
    if (!pending_ && !again_.empty()) {
      pending_ = std::move(again_.front());
      again_.pop_front();
    }
    if (!pending_ && ahead_ && !draining_ && !std::exchange(wants_, true)) ahead_->want();
    if (!pending_) break;
    send_some(pending_);
    // A pause after the last batch concerns the next request.
    if (pending_->ranges.empty()) sent(std::exchange(pending_, nullptr));
  }
  advancing_ = false;
  check_drained();
}

void ApiLane::resume() {
  paused_ = false;
  advance();
}

/// All entries have been handed on.
void ApiLane::sent(WorkPtr work) {
  if (answer_after_ == AnswerAfter::kHandOver) return work->push.done(true);
  if (work->open_runs == 0) settle_work(work);
}

/// All entries have been handed on and settled.
void ApiLane::settle_work(const WorkPtr& work) {
  if (work->item != 0) {
    if (work->returned.empty()) return ahead_->done(work->item, std::move(work->marks));
    work->ranges.assign(work->returned.begin(), work->returned.end());
    std::sort(work->ranges.begin(), work->ranges.end());
    work->returned.clear();
    again_.push_back(work);
    return lane_.post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) advance();
    });
  }
  if (auto done = std::exchange(work->push.done, nullptr)) done(work->returned.empty());
}

/// The labels of a stream's entries; nullptr: the rules drop it.
const LabelSet* ApiLane::labels_of(const Push& push, const loki_push::PushRequest::Stream& stream) {
  std::vector<Label> out;
  if (push.raw) {
    for (const auto& [name, value] : plan_->labels) out.push_back({name, value});
    return lane_.labels().intern_unsorted(out);
  }
  scratch_.reset();
  relabel::Labels labels(scratch_);
  for (const auto& [name, value] : stream.labels) labels.set(name, value);
  for (const auto& [name, value] : plan_->labels) labels.set(name, value);
  if (!plan_->rules.empty() && !plan_->rules.apply(labels, relabel::NameRule::kClassic)) return nullptr;
  if (labels.all().empty()) return nullptr;
  for (const Label& label : labels.all())
    if (!label.name.starts_with("__")) out.push_back(label);
  if (!push.tenant.empty()) out.push_back({"__tenant_id__", push.tenant});
  return lane_.labels().intern_unsorted(out);
}

AckRun& ApiLane::new_run(size_t rows, const WorkPtr& work, Range range) {
  auto run = spare_.empty() ? std::make_unique<AckRun>() : std::move(spare_.back());
  if (!spare_.empty()) spare_.pop_back();
  *run = AckRun{.source = this, .begin = next_, .end = next_ + rows, .account = account_};
  next_ += rows;
  if (answer_after_ != AnswerAfter::kHandOver) {
    ++work->open_runs;
    work_of_[run.get()] = {work, range};
  }
  return *runs_.emplace_back(std::move(run));
}

/// Hands on one batch of the first range, as far as there are rows.
void ApiLane::send_some(const WorkPtr& work) {
  const loki_push::PushRequest& request = *work->push.request;
  Range& range = work->ranges.front();
  const size_t first = range.first;
  batch_.clear();
  size_t bytes = 0, at = first;
  const bool own_times = !plan_->use_incoming_timestamp || work->push.raw;
  const auto full = [&] { return batch_.rows.size() >= LogBatch::kMaxRows || bytes >= LogBatch::kMaxBytes; };
  for (const auto& stream : request.streams) {
    const size_t end = std::min(stream.first + stream.count, range.second);
    if (at < stream.first || at >= end) continue;
    if (full()) break;
    const LabelSet* labels = labels_of(work->push, stream);
    if (!labels) at = end;
    for (; at < end && !full(); ++at) {
      const auto& entry = request.entries[at];
      LogRow row{.line = entry.line, .time_ns = entry.time_ns, .created_ns = work->push.created_ns, .labels = labels};
      if (own_times && work->push.first_time_ns != 0) row.time_ns = work->push.first_time_ns + static_cast<int64_t>(at);
      if (!entry.metadata.empty()) row.metadata = batch_.arena().make<Metadata>(Metadata{.pairs = entry.metadata, .loki_wire = {}});
      batch_.rows.push_back(row);
      bytes += entry.line.size();
    }
  }
  range.first = at;
  if (range.first >= range.second || at == first) work->ranges.pop_front();
  if (batch_.rows.empty()) return;
  const auto rows = static_cast<uint32_t>(batch_.rows.size());
  if (own_times && work->push.first_time_ns == 0) {
    int64_t time = lane_.read_times(rows);
    for (LogRow& row : batch_.rows) row.time_ns = time++;
  }
  AckRun& run = new_run(rows, work, {first, at});
  for (LogRow& row : batch_.rows) row.ack = &run;
  open_run(run, rows, rows);
  paused_ = fanout_.send(std::move(batch_), *this) == Flow::kPause;
  figures_.written.add(rows);
  close_run(run);
}

void ApiLane::on_settled(AckRun& run) {
  if (const auto found = work_of_.find(&run); found != work_of_.end()) {
    const auto [work, range] = std::move(found->second);
    work_of_.erase(found);
    take_marks(run.marks, work->marks);
    if (run.returned) work->returned.push_back(range);
    if (--work->open_runs == 0 && work->ranges.empty() && work != pending_) settle_work(work);
  } else if (run.returned) {
    figures_.lost.add(run.end - run.begin);
  }
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& known) { return known.get() == &run; });
  (*found)->account.reset();
  if (spare_.size() < 16) spare_.push_back(std::move(*found));
  runs_.erase(found);
  check_drained();
}

void ApiLane::drain(std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  check_drained();
}

void ApiLane::check_drained() {
  if (drained_ && runs_.empty() && !pending_) std::exchange(drained_, nullptr)();
}

}  // namespace invar::loki_source_api
