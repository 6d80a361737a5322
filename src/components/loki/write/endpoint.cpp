#include "src/components/loki/write/endpoint.h"

#include <algorithm>

#include "src/base/check.h"
#include "src/components/loki/write/endpoint_shard.h"

namespace invar::loki_write {

namespace {
constexpr uint64_t kDiskPatienceMs = 5'000;  // at a stop
constexpr size_t kPreparedBatches = 3;
}

Endpoint::Endpoint(EndpointWorld& world, GatePtr gate, EndpointConfig config, std::string spill_directory)
    : world_(world),
      gate_(std::move(gate)),
      book_(*gate_->book),
      config_(std::make_shared<const EndpointConfig>(std::move(config))),
      pressure_(world.loop, [this] { relieve(); }),
      spill_retry_(world.loop, [this] { retry_spill(); }) {
  apply_config();
  if (!spill_directory.empty()) open_spill(spill_directory);
}

Endpoint::~Endpoint() { INVAR_CHECK(unsettled_.empty()); }

void Endpoint::apply_config() {
  gate_->capacity = config_->capacity;
  gate_->blocks = config_->block_on_overflow;
  set_limit();
  auto http = std::make_unique<HttpClient>(world_.loop, config_->http);
  world_.metrics.watch(config_->host, config_->name, gate_);
  if (spill_) world_.metrics.watch_spill(config_->host, config_->name, spill_->report());
  const size_t wanted = std::max<uint32_t>(config_->shards, 1);
  Sender::Owner& owner = *this;
  while (shards_.size() < wanted)
    shards_.push_back(std::make_unique<Shard>(world_, owner, [this](Shard& shard) {
      close_expired(shard);
      pump(shard);
      note();
    }));
  for (auto& shard : shards_) shard->sender.configure(config_, *http, [this](const std::string& tenant) -> TenantMetrics& { return metrics_of(tenant); });
  http_ = std::move(http);
}

void Endpoint::update(EndpointConfig config) {
  config_ = std::make_shared<const EndpointConfig>(std::move(config));
  tenants_.clear();
  apply_config();
  watch_wal();
  if (config_->write_ahead && may_spill()) start_spilling("");
  read_more();  // may leave the spill where it was written ahead before
  pump_all();
}

TenantMetrics& Endpoint::metrics_of(const std::string& tenant) {
  TenantMetrics*& found = tenants_[tenant];
  if (!found) found = &world_.metrics.tenant(config_->host, tenant);
  return *found;
}

void Endpoint::take(const FragmentPtr& fragment) {
  unsettled_.emplace(fragment.get(), static_cast<uint32_t>(fragment->entries.size()));
  shared_ = fragment->shared;
  for (const Fragment::Stretch& stretch : fragment->stretches) book_.entered.add(stretch.lines);
  if (leaving_)
    behind_.push_back(fragment);
  else if (spilling_)
    spill(fragment);
  else
    distribute(fragment);
  relieve();
  note();
}

std::vector<Endpoint::Way> Endpoint::ways_of(const Fragment& fragment) {
  const size_t shards = std::max<uint32_t>(config_->shards, 1);
  std::vector<Way> ways;
  ways.reserve(fragment.streams.size());
  for (const Fragment::Stream& stream : fragment.streams) {
    const std::string& tenant = stream.tenant ? *stream.tenant : config_->tenant;
    Shard* shard = shards_[stream.hash % shards].get();
    ways.push_back({shard, &tenant, &shard->open[tenant]});
    metrics_of(tenant);
  }
  return ways;
}

/// Puts the entries of a fragment into the open batches.
void Endpoint::distribute(const FragmentPtr& fragment) {
  const auto ways = ways_of(*fragment);
  const bool one_way = std::all_of(ways.begin(), ways.end(), [&](const Way& way) { return way == ways.front(); });
  if (!(one_way && take_whole(ways.front(), fragment))) {
    Batch overflow;
    for (uint32_t i = 0; i < fragment->entries.size(); ++i) {
      const Way& way = ways[fragment->entries[i].stream];
      if (!add(way, fragment, i)) {
        TenantMetrics& metrics = metrics_of(*way.tenant);
        metrics.dropped_entries[static_cast<size_t>(DropReasonWord::kQueueIsFull)]->add();
        metrics.dropped_bytes[static_cast<size_t>(DropReasonWord::kQueueIsFull)]->add(fragment->entries[i].counted);
        overflow.add(fragment, i);
      }
      if (!way.shard->ready.empty()) begin_next(*way.shard);
    }
    if (overflow.entries > 0) settle_memory(std::move(overflow), Settled::kDropped, drop_reason(word_of(DropReasonWord::kQueueIsFull)));
  }
  pump_all();
}

bool Endpoint::fits(const Batch& batch, const FragmentPtr& fragment, uint32_t entry) const {
  const Fragment::Entry& e = fragment->entries[entry];
  if (batch.entries == 0) return true;
  if (batch.counted + e.counted > config_->batch_size) return false;
  return config_->max_streams == 0 || batch.streams.size() < config_->max_streams || batch.streams.contains(fragment->streams[e.stream].labels);
}

/// The batch gets its first entry.
void Endpoint::touch(Shard& shard, Batch& batch, const std::string& tenant) {
  if (batch.entries > 0) return;
  batch.tenant = tenant;
  batch.opened_ns = world_.clock.steady_ns();
  if (!shard.wait.active()) shard.wait.start(to_ms(config_->batch_wait_ns));
}

/// False: the queue is full, there is no spill, and the endpoint does not block.
bool Endpoint::add(const Way& way, const FragmentPtr& fragment, uint32_t entry) {
  Batch& batch = *way.batch;
  if (!fits(batch, fragment, entry)) {
    // Alloy counts the queue in batches: a full one that has no place there refuses the entry.
    if (!config_->block_on_overflow && !may_spill() && fragment->record == 0 && way.shard->ready.size() >= config_->queued_batches) return false;
    close(*way.shard, batch);
  }
  touch(*way.shard, batch, *way.tenant);
  if (config_->max_streams > 0) batch.streams.insert(fragment->streams[fragment->entries[entry].stream].labels);
  batch.add(fragment, entry);
  return true;
}

/// A fragment that fits goes into a batch as a whole. A record of the spill closes the batch at hand where it has no place, so that it is done with one answer.
/// False: entry by entry.
bool Endpoint::take_whole(const Way& way, const FragmentPtr& fragment) {
  Batch& batch = *way.batch;
  const bool limited = config_->max_streams > 0;
  if (limited && fragment->record == 0) return false;
  uint64_t counted = 0;
  for (const Fragment::Entry& entry : fragment->entries) counted += entry.counted;
  if (counted > config_->batch_size || (limited && fragment->streams.size() > config_->max_streams)) return false;
  const bool too_many = limited && batch.streams.size() + fragment->streams.size() > config_->max_streams;
  if (batch.entries > 0 && (batch.counted + counted > config_->batch_size || too_many)) {
    if (fragment->record == 0) return false;
    close(*way.shard, batch);
  }
  touch(*way.shard, batch, *way.tenant);
  if (limited)
    for (const auto& stream : fragment->streams) batch.streams.insert(stream.labels);
  batch.add_whole(fragment);
  return true;
}

void Endpoint::close(Shard& shard, Batch& batch) {
  shard.ready.push_back(std::move(batch));
  batch = Batch();
  if (shard.sender.busy()) prepare_next(shard);
}

/// Where others can compress the next batches while this one is on its way, they do: several, so that they do not run out of work while the delivery loop waits
/// for a core.
void Endpoint::prepare_next(Shard& shard) {
  if (!world_.forks) return;
  const size_t count = std::min(shard.ready.size(), kPreparedBatches);
  for (size_t i = 0; i < count; ++i) shard.sender.prepare(shard.ready[i]);
}

void Endpoint::close_all(Shard& shard) {
  for (auto& [tenant, batch] : shard.open)
    if (batch.entries > 0) close(shard, batch);
}

void Endpoint::close_expired(Shard& shard) {
  const int64_t now = world_.clock.steady_ns();
  int64_t next = INT64_MAX;
  for (auto at = shard.open.begin(); at != shard.open.end();) {
    Batch& batch = at->second;
    if (batch.entries == 0) {
      at = shard.open.erase(at);
      continue;
    }
    const int64_t due = batch.opened_ns + config_->batch_wait_ns;
    if (due <= now || draining_)
      close(shard, batch);
    else
      next = std::min(next, due);
    ++at;
  }
  if (next != INT64_MAX) shard.wait.start(to_ms(next - now));
}

void Endpoint::pump(Shard& shard) {
  if (draining_) close_expired(shard);
  begin_next(shard);
}

void Endpoint::begin_next(Shard& shard) {
  if (shard.sender.busy() || shard.ready.empty()) return;
  // What an earlier process left comes first; at a stop the spill is safe where it is.
  if (spill_ && !spill_->open() && !sends_before_open_) return;
  if (draining_ && shard.ready.front().is_spilled()) return;
  Batch batch = std::move(shard.ready.front());
  shard.ready.pop_front();
  shard.sender.prepare(batch);
  prepare_next(shard);
  TenantMetrics& tenant = metrics_of(batch.tenant);
  shard.sender.begin(std::move(batch), tenant);
}

void Endpoint::pump_all() {
  for (auto& shard : shards_) pump(*shard);
}

void Endpoint::settled(Batch batch, DropReason reason) {
  (reason == kNotDropped ? book_.delivered.add(batch.lines) : book_.dropped.add(reason, batch.lines));
  if (batch.is_spilled())
    spill_->finish(batch, reason);
  else
    settle_memory(std::move(batch), reason == kNotDropped ? Settled::kDelivered : Settled::kDropped, reason);
}

void Endpoint::answered(Sender& sender, const std::string& trouble, bool lasting) {
  if (const uint64_t resent = sender.take_resent(); resent > 0) {
    book_.resent.add(resent);
    world_.metrics.resent(config_->host).add(resent);
  }
  if (trouble.empty()) return set_trouble("");
  if (leaving_) stay();
  set_limit();
  if (lasting)
    set_trouble(trouble);
  else if (gate_->full(true))
    set_trouble("queue is full: " + trouble);
  else if (spilling_ && !config_->write_ahead)
    set_trouble("its lines wait on disk: " + trouble);
  check_drained();
}

void Endpoint::idle(Sender& sender) {
  const auto shard = std::find_if(shards_.begin(), shards_.end(), [&](const auto& s) { return &s->sender == &sender; });
  pump(**shard);
  read_more();
  check_drained();
  note();
}

void Endpoint::exhausted(Sender&) {
  if (!spilling_ && may_spill()) start_spilling("attempts are used up");
}

/// Entries of fragments that are in memory only are done with: their sources hear of it.
void Endpoint::settle_memory(Batch batch, Settled outcome, DropReason reason, CommitMarkPtr mark) {
  batch.body.reset();
  std::array<Settlement, kMaxLanes> by_lane;
  bool made_room = false;
  for (Piece& piece : batch.pieces) {
    const auto use = unsettled_.find(piece.fragment.get());
    INVAR_CHECK(use != unsettled_.end() && use->second >= piece.size());
    use->second -= piece.size();
    if (use->second == 0) {
      gate_->queued.fetch_sub(static_cast<int64_t>(piece.fragment->bytes.size()));
      unsettled_.erase(use);
      made_room = true;
    }
    Settlement& settlement = by_lane[piece.fragment->lane];
    settlement.outcome = outcome;
    settlement.reason = reason;
    settlement.destination = book_.id;
    settlement.mark = mark;
    settlement.pieces.push_back(std::move(piece));
  }
  for (size_t lane = 0; lane < by_lane.size(); ++lane)
    if (!by_lane[lane].pieces.empty()) world_.settle(std::move(by_lane[lane]), lane);
  // Lanes are woken when a good part is free, so that they do not start and stop for every fragment.
  const int64_t limit = gate_->limit.load();
  if (made_room && gate_->queued.load() <= limit - limit / 4 && gate_->waiting.exchange(false)) world_.room();
}

/// The destination's book as of now. What is in a request and came from the spill counts there.
void Endpoint::note() {
  uint64_t queue = spill_ ? spill_->writing_lines() : 0, requests = 0;
  for (const auto& shard : shards_) {
    for (const auto& [tenant, batch] : shard->open) queue += batch.is_spilled() ? 0 : batch.lines;
    for (const Batch& batch : shard->ready) queue += batch.is_spilled() ? 0 : batch.lines;
    requests += shard->sender.lines();
  }
  for (const FragmentPtr& fragment : behind_)
    for (const Fragment::Stretch& stretch : fragment->stretches) queue += stretch.lines;
  book_.queue.set(queue);
  book_.requests.set(requests);
  book_.spill.set(spill_ ? spill_->lines() : 0);
}

void Endpoint::drain(std::function<void()> drained) {
  draining_ = true;
  drained_ = std::move(drained);
  drain_timer_ = std::make_unique<Timer>(world_.loop, [this] { give_up_drain(); });
  drain_timer_->start(to_ms(config_->drain_timeout_ns));
  if (leaving_) stay();
  const bool failing = std::any_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->sender.failing(); });
  // Who does not answer now will hardly do so before the end.
  if (failing && !spilling_ && may_spill()) {
    say_not_flushed();
    start_spilling("");
  }
  pump_all();
  check_drained();
}

void Endpoint::give_up_drain() {
  if (!drained_) return;
  if (!unsettled_.empty()) say_not_flushed();
  if (!spilling_ && may_spill() && !unsettled_.empty()) {
    start_spilling("");
    drain_timer_->start(kDiskPatienceMs);
    return check_drained();
  }
  std::exchange(drained_, nullptr)();
}

/// In Alloy's words; whether the lines wait on disk is said apart.
void Endpoint::say_not_flushed() {
  if (std::exchange(said_not_flushed_, true)) return;
  world_.log.warn("failed to flush all queues during shutdown", {{"component", "endpoint"}, {"host", config_->host}});
}

void Endpoint::check_drained() {
  if (!drained_ || !unsettled_.empty()) return;
  // An answer that can still come saves sending the same again.
  if (std::any_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->sender.waits_for_answer(); })) return;
  drain_timer_->stop();
  std::exchange(drained_, nullptr)();
}

void Endpoint::abandon(Settled outcome, DropReason reason) {
  const auto give_up = [&](Batch& batch) {
    if (batch.entries == 0 || batch.is_spilled()) return;
    (outcome == Settled::kReturned ? book_.returned.add(batch.lines) : book_.dropped.add(reason, batch.lines));
    settle_memory(std::move(batch), outcome, reason);
  };
  pressure_.stop();
  spill_retry_.stop();
  for (auto& shard : shards_) {
    shard->wait.stop();
    for (Batch& batch : shard->sender.take_back()) give_up(batch);
    for (Batch& batch : shard->ready) give_up(batch);
    shard->ready.clear();
    for (auto& [tenant, batch] : shard->open) give_up(batch);
    shard->open.clear();
  }
  if (spill_)
    for (Batch& batch : spill_->abandon()) give_up(batch);
  for (const FragmentPtr& fragment : std::exchange(behind_, {})) {
    Batch batch;
    batch.add_whole(fragment);
    give_up(batch);
  }
  if (spill_ && spill_->lines() > 0)
    world_.log.info("lines stay on disk until their destination is configured again",
                    {{"component", "endpoint"}, {"host", config_->host}, {"lines", uint64_t{spill_->lines()}}});
  note();
  check_drained();
}

void Endpoint::set_trouble(std::string why) {
  if (trouble_ == why) return;
  trouble_ = std::move(why);
  world_.changed();
}

}  // namespace invar::loki_write
