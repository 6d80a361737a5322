#include "src/components/loki/source/docker/docker_lane.h"

#include <algorithm>
#include <utility>

#include "src/telemetry/orphaned_runs.h"

namespace invar::loki_source_docker {

DockerLane::DockerLane(Lane& lane, Counter& entries, Ways ways)
    : lane_(lane), entries_(entries), ways_(std::move(ways)), fanout_(lane.index()), tell_timer_(lane.loop(), [this] { tell(); }) {}

DockerLane::~DockerLane() {
  fanout_.forget(*this);
  tell();
  std::vector<std::unique_ptr<AckRun>> open;
  for (auto& [_, container] : containers_)
    for (Sent& sent : container->sent)
      if (!sent.settled) open.push_back(std::move(sent.run));
  OrphanedRuns::adopt(open);
}

bool DockerLane::Container::at_rest() const {
  return std::all_of(sent.begin(), sent.end(), [](const Sent& one) { return one.settled; });
}

DockerLane::Container& DockerLane::container(const std::string& id) {
  auto& known = containers_[id];
  if (!known) {
    known = std::make_unique<Container>(*this, id);
    known->account = ways_.account(id);
  }
  return *known;
}

void DockerLane::take(ContainerBatchPtr batch) {
  if (draining_) return;
  Container& from = container(batch->container);
  from.ended = false;
  from.waiting.push_back(std::move(batch));
  advance();
}

void DockerLane::end(const std::string& id, bool gone) {
  const auto known = containers_.find(id);
  if (known == containers_.end()) return gone ? ways_.gone(id) : void();
  known->second->ended = true;
  known->second->gone = gone;
  remove_ended();
}

void DockerLane::remove_ended() {
  for (auto at = containers_.begin(); at != containers_.end();) {
    Container& one = *at->second;
    if (!one.ended || !one.sent.empty() || !one.waiting.empty() || !one.again.empty()) {
      ++at;
      continue;
    }
    if (one.told) tell();
    if (one.gone) ways_.gone(one.id);
    at = containers_.erase(at);
  }
}

bool DockerLane::can_send(const Container& container) const {
  const bool waits = !container.again.empty() || (!container.waiting.empty() && !container.returned);
  return waits && !fanout_.paused() && !draining_ && unsettled_bytes_ < kMostUnsettledBytes;
}

/// Containers take turns.
void DockerLane::advance() {
  if (std::exchange(advancing_, true)) return;
  for (bool sent = true; std::exchange(sent, false);) {
    for (auto& [_, container] : containers_) {
      if (!can_send(*container)) continue;
      sent = true;
      const bool again = !container->again.empty();
      auto& queue = again ? container->again : container->waiting;
      ContainerBatchPtr batch = std::move(queue.front());
      queue.pop_front();
      send(*container, std::move(batch), again);
      if (!again) ways_.handed_on(container->id);
    }
  }
  advancing_ = false;
}

void DockerLane::send(Container& container, ContainerBatchPtr batch, bool again) {
  Sent& sent = container.sent.emplace_back();
  sent.batch = std::move(batch);
  sent.position = sent.batch->position;
  sent.run = std::make_unique<AckRun>(AckRun{.source = &container, .begin = container.next, .end = container.next + 1, .account = container.account});
  ++container.next;
  const auto rows = static_cast<uint32_t>(sent.batch->rows.size());
  unsettled_bytes_ += sent.batch->bytes;
  if (!again) entries_.add(rows);
  if (rows == 0) {
    sent.settled = true;
    release(sent);
    return look_at(container);
  }
  AckRun& run = *sent.run;
  const int64_t now = lane_.clock().wall_ns();
  std::array<const LabelSet*, 2> labels{};
  batch_.clear();
  for (const ContainerBatch::Row& row : sent.batch->rows) {
    const auto stream = static_cast<size_t>(row.stream);
    if (!labels[stream]) labels[stream] = labels_of(*sent.batch->labels[stream]);
    batch_.rows.push_back({.line = row.line, .time_ns = row.time_ns, .created_ns = now, .labels = labels[stream], .ack = &run});
  }
  open_run(run, rows, rows);
  fanout_.send(std::move(batch_), *this);
  close_run(run);
}

const LabelSet* DockerLane::labels_of(const LabelList& list) {
  scratch_.clear();
  for (const auto& [name, value] : list) scratch_.push_back({name, value});
  return lane_.labels().intern_unsorted(scratch_);
}

// ------------------------------------------------------------------------------------------------------------- settled

void DockerLane::on_settled(Container& container, AckRun& run) {
  Sent& sent = container.sent[run.begin - container.sent.front().run->begin];
  sent.settled = true;
  container.returned |= run.returned;
  if (!run.returned) release(sent);
  look_at(container);
}

void DockerLane::release(Sent& sent) {
  const bool waited = unsettled_bytes_ >= kMostUnsettledBytes;
  unsettled_bytes_ -= sent.batch->bytes;
  sent.batch.reset();
  if (waited) advance_soon();
}

void DockerLane::look_at(Container& container) {
  while (!container.sent.empty() && container.sent.front().settled && !container.sent.front().run->returned) {
    container.told = container.sent.front().position;
    take_marks(container.sent.front().run->marks, marks_);
    container.sent.pop_front();
  }
  if (container.told) plan_tell();
  if (container.returned && !draining_ && container.at_rest()) send_again(container);
  if (container.ended) advance_soon();
  check_drained();
}

/// Once all that was in flight has come to rest. What had been settled behind it is not sent a second time.
void DockerLane::send_again(Container& container) {
  const LogPosition behind = container.sent.back().position;
  std::deque<ContainerBatchPtr> returned;
  for (Sent& sent : container.sent) {
    if (!sent.batch) continue;
    returned.push_back(sent.batch);
    release(sent);
  }
  container.sent.clear();
  container.returned = false;
  // The last one tells how far it had been.
  auto mark = std::make_shared<ContainerBatch>();
  mark->container = container.id;
  mark->position = behind;
  returned.push_back(std::move(mark));
  container.again.insert(container.again.begin(), std::make_move_iterator(returned.begin()), std::make_move_iterator(returned.end()));
  advance_soon();
}

/// Not from within: what is settled may be what is being handed on.
void DockerLane::advance_soon() {
  lane_.loop().post([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    remove_ended();
    advance();
  });
}

void DockerLane::plan_tell() {
  const bool soon = !marks_.empty();
  if (tell_timer_.active() && (tells_soon_ || !soon)) return;
  tells_soon_ = soon;
  tell_timer_.start(soon ? kTellMarkedMs : kTellMs);
}

void DockerLane::tell() {
  tell_timer_.stop();
  std::vector<PositionStore::Change> changes;
  for (auto& [id, container] : containers_)
    if (const auto told = std::exchange(container->told, std::nullopt)) changes.push_back({id, *told});
  if (!changes.empty()) ways_.settled(std::move(changes), std::exchange(marks_, {}));
}

void DockerLane::drain(std::function<void()> done) {
  draining_ = true;
  for (auto& [_, container] : containers_) container->waiting.clear();
  drained_ = std::move(done);
  check_drained();
}

void DockerLane::check_drained() {
  if (!drained_) return;
  for (const auto& [_, container] : containers_)
    if (!container->at_rest()) return;
  tell();
  std::exchange(drained_, nullptr)();
}

}  // namespace invar::loki_source_docker
