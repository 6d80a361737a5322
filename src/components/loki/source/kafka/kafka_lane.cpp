#include "src/components/loki/source/kafka/kafka_lane.h"

#include <algorithm>
#include <utility>

#include "src/telemetry/orphaned_runs.h"

namespace invar::loki_source_kafka {

KafkaLane::KafkaLane(Lane& lane, LabelPlanPtr plan, Ways ways)
    : lane_(lane), plan_(std::move(plan)), ways_(std::move(ways)), fanout_(lane.index()), tell_timer_(lane.loop(), [this] { tell(); }) {}

KafkaLane::~KafkaLane() {
  fanout_.forget(*this);
  tell();
  std::vector<std::unique_ptr<AckRun>> open;
  for (auto& [_, held] : claims_)
    for (Sent& sent : held->sent)
      if (!sent.settled) open.push_back(std::move(sent.run));
  OrphanedRuns::adopt(open);
}

bool KafkaLane::Held::at_rest() const {
  return std::all_of(sent.begin(), sent.end(), [](const Sent& one) { return one.settled; });
}

void KafkaLane::set_plan(LabelPlanPtr plan) {
  plan_ = std::move(plan);
  for (auto& [_, held] : claims_) held->labels.reset();
}

void KafkaLane::take(KafkaBatchPtr batch) {
  auto& held = claims_[batch->claim->id];
  if (!held) {
    held = std::make_unique<Held>(*this, batch->claim);
    held->account = ways_.account(*batch->claim);
  }
  held->waiting.push_back(std::move(batch));
  advance();
}

void KafkaLane::release(uint64_t claim) {
  const auto known = claims_.find(claim);
  if (known == claims_.end()) return ways_.released(claim);
  Held& held = *known->second;
  held.released = true;
  held.waiting.clear();
  held.again.clear();
  tell();
  remove_released();
}

void KafkaLane::remove_released() {
  for (auto at = claims_.begin(); at != claims_.end();) {
    const auto now = at++;
    Held& held = *now->second;
    if (!held.released || !held.at_rest()) continue;
    if (held.told) ways_.settled({{now->first, *held.told}});
    ways_.released(now->first);
    for (Sent& sent : held.sent)
      if (sent.batch) release_bytes(sent);
    claims_.erase(now);
  }
}

bool KafkaLane::can_send(const Held& held) const {
  const bool waits = !held.again.empty() || (!held.waiting.empty() && !held.returned);
  return waits && !held.released && !fanout_.paused() && unsettled_bytes_ < kMostUnsettledBytes;
}

/// Partitions take turns.
void KafkaLane::advance() {
  if (std::exchange(advancing_, true)) return;
  for (bool sent = true; std::exchange(sent, false);) {
    for (auto& [id, held] : claims_) {
      if (!can_send(*held)) continue;
      sent = true;
      const bool again = !held->again.empty();
      auto& queue = again ? held->again : held->waiting;
      KafkaBatchPtr batch = std::move(queue.front());
      queue.pop_front();
      const size_t bytes = batch->bytes;
      send(*held, std::move(batch), again);
      if (!again) ways_.handed_on(id, bytes);
    }
  }
  advancing_ = false;
}

void KafkaLane::send(Held& held, KafkaBatchPtr batch, bool again) {
  Sent& sent = held.sent.emplace_back();
  sent.batch = std::move(batch);
  sent.next_offset = sent.batch->next_offset;
  sent.run = std::make_unique<AckRun>(AckRun{.source = &held, .begin = held.next, .end = held.next + 1, .account = held.account});
  ++held.next;
  const auto rows = static_cast<uint32_t>(sent.batch->rows.size());
  unsettled_bytes_ += sent.batch->bytes;
  if (rows == 0) {
    sent.settled = true;
    release_bytes(sent);
    return look_at(held);
  }
  AckRun& run = *sent.run;
  fill(held, *sent.batch, run);
  open_run(run, rows, rows);
  fanout_.send(std::move(batch_), *this);
  close_run(run);
}

void KafkaLane::fill(Held& held, KafkaBatch& batch, AckRun& run) {
  if (!held.labels) held.labels = std::make_unique<MessageLabels>(plan_, *held.claim);
  const int64_t now = lane_.clock().wall_ns();
  int64_t read_at = plan_->use_incoming_timestamp ? 0 : lane_.read_times(static_cast<uint32_t>(batch.rows.size()));
  const bool same = held.labels->same_for_all();
  const LabelSet* labels = same ? labels_of(held.labels->of({}, 0)) : nullptr;
  batch_.clear();
  for (KafkaBatch::Row& row : batch.rows) {
    if (!same) labels = labels_of(held.labels->of(row.key, row.offset));
    if (row.time_ns == 0) row.time_ns = plan_->use_incoming_timestamp ? incoming_time(held, row) : read_at++;
    batch_.rows.push_back({.line = row.line, .time_ns = row.time_ns, .created_ns = now, .labels = labels, .ack = &run});
  }
}

/// Of equal messages in a row with one time the later ones are a nanosecond apart: Loki would drop them.
int64_t KafkaLane::incoming_time(Held& held, const KafkaBatch::Row& row) {
  if (row.time_ms < 0) return lane_.read_times(1);
  const size_t line = std::hash<std::string_view>()(row.line);
  const bool equal = row.time_ms == held.last_ms && line == held.last_line;
  held.last_ns = equal ? held.last_ns + 1 : row.time_ms * 1'000'000;
  held.last_ms = row.time_ms;
  held.last_line = line;
  return held.last_ns;
}

const LabelSet* KafkaLane::labels_of(const LabelList& list) {
  scratch_.clear();
  for (const auto& [name, value] : list) scratch_.push_back({name, value});
  return lane_.labels().intern_unsorted(scratch_);
}

// ------------------------------------------------------------------------------------------------------------- settled

void KafkaLane::on_settled(Held& held, AckRun& run) {
  Sent& sent = held.sent[run.begin - held.sent.front().run->begin];
  sent.settled = true;
  held.returned |= run.returned;
  if (!run.returned) release_bytes(sent);
  look_at(held);
}

void KafkaLane::release_bytes(Sent& sent) {
  const bool waited = unsettled_bytes_ >= kMostUnsettledBytes;
  unsettled_bytes_ -= sent.batch->bytes;
  sent.batch.reset();
  if (waited) advance_soon();
}

void KafkaLane::look_at(Held& held) {
  while (!held.sent.empty() && held.sent.front().settled && !held.sent.front().run->returned) {
    held.told = held.sent.front().next_offset;
    held.sent.pop_front();
  }
  if (held.told && !tell_timer_.active()) tell_timer_.start(kTellMs);
  if (held.returned && !held.released && held.at_rest()) send_again(held);
  if (held.released) advance_soon();
}

/// Once all that was in flight has come to rest. What had been settled behind it is not sent a second time.
void KafkaLane::send_again(Held& held) {
  const int64_t behind = held.sent.back().next_offset;
  std::deque<KafkaBatchPtr> returned;
  for (Sent& sent : held.sent) {
    if (!sent.batch) continue;
    returned.push_back(sent.batch);
    release_bytes(sent);
  }
  held.sent.clear();
  held.returned = false;
  // The last one tells how far it had been.
  auto mark = std::make_shared<KafkaBatch>();
  mark->claim = held.claim;
  mark->next_offset = behind;
  returned.push_back(std::move(mark));
  held.again.insert(held.again.begin(), std::make_move_iterator(returned.begin()), std::make_move_iterator(returned.end()));
  advance_soon();
}

/// Not from within: what is settled may be what is being handed on.
void KafkaLane::advance_soon() {
  lane_.loop().post([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    remove_released();
    advance();
  });
}

void KafkaLane::tell() {
  tell_timer_.stop();
  std::vector<SettledOffset> settled;
  for (auto& [id, held] : claims_)
    if (const auto told = std::exchange(held->told, std::nullopt)) settled.push_back({id, *told});
  if (!settled.empty()) ways_.settled(std::move(settled));
}

}  // namespace invar::loki_source_kafka
