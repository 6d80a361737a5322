#include "src/components/loki/source/api/api_lane.h"

#include <algorithm>

#include "src/telemetry/orphaned_runs.h"

namespace invar::loki_source_api {

ApiLane::ApiLane(Lane& lane, Counter& written, Counter& lost, LogsPlanPtr plan)
    : lane_(lane), written_(written), lost_(lost), plan_(std::move(plan)), fanout_(lane.index()) {
  fanout_.set_receivers(plan_->forward_to);
}

ApiLane::~ApiLane() {
  fanout_.forget(*this);
  if (pending_) pending_->push.done(false);
  OrphanedRuns::adopt(runs_);
}

void ApiLane::adopt(LogsPlanPtr plan) {
  plan_ = std::move(plan);
  fanout_.set_receivers(plan_->forward_to);
}

void ApiLane::take(Push push) {
  if (paused_ || pending_) return push.done(false);
  pending_ = std::make_unique<Pending>(Pending{std::move(push)});
  advance();
}

void ApiLane::advance() {
  while (pending_ && !paused_) {
    send_some(*pending_);
    // A pause after the last batch concerns the next request.
    if (pending_->stream < pending_->push.request->streams.size()) continue;
    const auto finished = std::move(pending_);
    finished->push.done(true);
    check_drained();
  }
}

void ApiLane::resume() {
  paused_ = false;
  advance();
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

AckRun& ApiLane::new_run(size_t rows) {
  auto run = spare_.empty() ? std::make_unique<AckRun>() : std::move(spare_.back());
  if (!spare_.empty()) spare_.pop_back();
  *run = AckRun{.source = this, .begin = next_, .end = next_ + rows};
  next_ += rows;
  return *runs_.emplace_back(std::move(run));
}

/// Hands on one batch, as far as there are rows.
void ApiLane::send_some(Pending& pending) {
  const loki_push::PushRequest& request = *pending.push.request;
  batch_.clear();
  size_t bytes = 0;
  while (pending.stream < request.streams.size() && batch_.rows.size() < LogBatch::kMaxRows && bytes < LogBatch::kMaxBytes) {
    const auto& stream = request.streams[pending.stream];
    const LabelSet* labels = pending.entry < stream.count ? labels_of(pending.push, stream) : nullptr;
    while (labels && pending.entry < stream.count && batch_.rows.size() < LogBatch::kMaxRows && bytes < LogBatch::kMaxBytes) {
      const auto& entry = request.entries[stream.first + pending.entry++];
      LogRow row{.line = entry.line, .time_ns = entry.time_ns, .created_ns = pending.push.created_ns, .labels = labels};
      if (!entry.metadata.empty()) row.metadata = batch_.arena().make<Metadata>(Metadata{.pairs = entry.metadata, .loki_wire = {}});
      batch_.rows.push_back(row);
      bytes += entry.line.size();
    }
    if (labels && pending.entry < stream.count) break;
    ++pending.stream;
    pending.entry = 0;
  }
  if (batch_.rows.empty()) return;
  const auto rows = static_cast<uint32_t>(batch_.rows.size());
  if (!plan_->use_incoming_timestamp || pending.push.raw) {
    int64_t time = lane_.read_times(rows);
    for (LogRow& row : batch_.rows) row.time_ns = time++;
  }
  AckRun& run = new_run(rows);
  for (LogRow& row : batch_.rows) row.ack = &run;
  open_run(run, rows, rows);
  paused_ = fanout_.send(std::move(batch_), *this) == Flow::kPause;
  written_.add(rows);
  close_run(run);
}

void ApiLane::on_settled(AckRun& run) {
  if (run.returned) lost_.add(run.end - run.begin);
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const auto& known) { return known.get() == &run; });
  if (spare_.size() < 16) spare_.push_back(std::move(*found));
  runs_.erase(found);
  check_drained();
}

void ApiLane::drain(std::function<void()> done) {
  drained_ = std::move(done);
  check_drained();
}

void ApiLane::check_drained() {
  if (drained_ && runs_.empty() && !pending_) std::exchange(drained_, nullptr)();
}

}  // namespace invar::loki_source_api
