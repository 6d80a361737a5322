// When an endpoint's lines go to disk, and how they come back.
#include <algorithm>

#include "src/base/check.h"
#include "src/components/loki/write/endpoint_shard.h"
#include "src/telemetry/wire/loki_push.h"

namespace invar::loki_write {
namespace {

constexpr uint64_t kLookMs = 100;                         // at a queue that fills
constexpr int64_t kLongAnswerNs = 1'000'000'000;          // who takes longer does not keep up
constexpr uint64_t kCommitEveryMs = 100;
constexpr uint64_t kCommitAheadMs = 10;                   // where lines are written ahead
constexpr uint64_t kRetrySpillAtMostMs = 30'000;
constexpr uint64_t kOpenPatienceMs = 5'000;

}  // namespace

void Endpoint::open_spill(const std::string& directory) {
  const DeliverySettings& settings = world_.delivery.settings;
  DiskQueue::Options options;
  options.directory = directory;
  options.max_bytes = settings.spill_bytes;
  options.max_age_ms = settings.spill_age_ms;
  Spill::Owner& owner = *this;
  const Spill::Place place{world_.loop, world_.disk, *world_.delivery.files, world_.clock, world_.delivery.ledger, book_.id, world_.epoch};
  spill_ = std::make_unique<Spill>(place, std::move(options),
                                   CommitPace{config_->write_ahead ? kCommitAheadMs : kCommitEveryMs, static_cast<uint64_t>(config_->capacity) / 8}, owner);
  world_.metrics.watch_spill(config_->host, config_->name, spill_->report());
  watch_wal();
  spill_retry_.start(kOpenPatienceMs);
}

void Endpoint::watch_wal() {
  if (!config_->write_ahead || !spill_ || wal_) return;
  wal_ = std::make_shared<WalFigures>();
  world_.metrics.watch_wal(config_->wal_id, wal_, spill_->report());
}

void Endpoint::spill_opened(const std::optional<Error>& error) {
  spill_retry_.stop();
  if (error) world_.log.error("spill cannot be read", {{"component", "endpoint"}, {"host", config_->host}, {"err", error->what}});
  book_.resumed.add(spill_->resumed_lines());
  if (spill_->resumed_lines() > 0)
    world_.log.info("sending what an earlier run left on disk", {{"component", "endpoint"}, {"host", config_->host}, {"lines", spill_->resumed_lines()}});
  if (spill_->unread() > 0 || config_->write_ahead) start_spilling("");
  read_more();
  pump_all();
  note();
}

bool Endpoint::may_spill() const { return spill_ && spill_->open() && !spill_->stalled(); }

/// Its queue is half full: is that for it to be waited for, or not?
bool Endpoint::needs_spill() const {
  // Lines that go nowhere else may wait in their files while it takes what it can.
  if (shared_ || !config_->block_on_overflow) return true;
  return std::any_of(shards_.begin(), shards_.end(), [](const auto& shard) { return shard->sender.failing() || shard->sender.waiting_ns() > kLongAnswerNs; });
}

/// While it keeps up, more than is ample would only take memory.
void Endpoint::set_limit() {
  const int64_t limit = spilling_ || needs_spill() ? config_->capacity : config_->ample;
  if (limit > gate_->limit.exchange(limit) && gate_->waiting.exchange(false)) world_.room();
}

/// Looks at the queue in memory, and does something about it before lanes have to pause.
void Endpoint::relieve() {
  set_limit();
  const int64_t twice_queued = gate_->queued.load() * 2;
  if (twice_queued < gate_->limit.load()) return pressure_.stop();
  if (!pressure_.active()) pressure_.start(kLookMs, kLookMs);
  if (twice_queued < gate_->capacity.load()) return;
  if (leaving_) stay();
  if (spill_ && spill_->stalled()) give_back();
  if (!spilling_ && may_spill() && needs_spill()) start_spilling("its queue is full");
  // A spill that has only to be opened will take them soon.
  const bool takes_nothing = !spill_ || spill_->stalled() || (!spill_->open() && sends_before_open_);
  if (takes_nothing && drops_when_full()) drop_from_memory();
}

void Endpoint::start_spilling(std::string_view why) {
  if (spilling_) return;
  spilling_ = true;
  if (draining_)
    world_.log.info("what could not be sent waits on disk for the next start", {{"component", "endpoint"}, {"host", config_->host}});
  else if (!why.empty() && !config_->write_ahead)
    world_.log.warn("destination does not keep up, its lines go to disk", {{"component", "endpoint"}, {"host", config_->host}, {"reason", std::string(why)}});
  spill_->retry();  // of what was written in vain before, if anything
  for (auto& shard : shards_) {
    for (Batch* batch : shard->sender.batches())
      if (!batch->is_spilled()) spill_->hold(*batch);
    // What was read back before stays in front.
    std::deque<Batch> ready;
    ready.swap(shard->ready);
    for (Batch& batch : ready)
      if (batch.is_spilled()) shard->ready.push_back(std::move(batch));
      else spill_->put(std::move(batch));
    for (auto& [tenant, batch] : shard->open)
      if (batch.entries > 0 && !batch.is_spilled()) spill_->put(std::exchange(batch, Batch()));
  }
  note();
}

/// One record for each tenant and shard, no larger than a batch.
void Endpoint::spill(const FragmentPtr& fragment) {
  const auto ways = ways_of(*fragment);
  std::unordered_map<const Batch*, Batch> parts;  // by the open batch they would be in
  std::vector<const Batch*> order;
  const auto put = [&](Batch& part) {
    if (part.entries > 0) spill_->put(std::exchange(part, Batch()));
  };
  for (uint32_t i = 0; i < fragment->entries.size(); ++i) {
    const Way& way = ways[fragment->entries[i].stream];
    const auto [found, added] = parts.try_emplace(way.batch);
    if (added) order.push_back(way.batch);
    Batch& part = found->second;
    if (!fits(part, fragment, i)) put(part);
    if (part.entries == 0) part.tenant = *way.tenant;
    if (config_->max_streams > 0) part.streams.insert(fragment->streams[fragment->entries[i].stream].labels);
    part.add(fragment, i);
  }
  for (const Batch* way : order) put(parts[way]);
  if (wal_) note_written(*fragment);
}

void Endpoint::note_written(const Fragment& fragment) {
  const size_t last = fragment.entries.size() - 1, begin = fragment.begin_of(last);
  if (const auto entry = loki_push::decode_entry(std::string_view(fragment.bytes).substr(begin, fragment.entries[last].end - begin)))
    wal_->last_written_s = entry->time_ns / 1'000'000'000;
}

void Endpoint::spill_committed(Batch batch, CommitMarkPtr mark) { settle_memory(std::move(batch), Settled::kQueued, kNotDropped, std::move(mark)); }

void Endpoint::spill_advanced() {
  spill_retry_ms_ = 0;
  if (std::exchange(spill_failed_, false)) world_.log.info("lines are written to disk again", {{"component", "endpoint"}, {"host", config_->host}});
  read_more();
  check_drained();
  note();
}

void Endpoint::read_more() {
  if (!spilling_ || !spill_->open() || spill_->reading() || draining_) return;
  if (spill_->unread() == 0) return try_to_leave();
  const uint64_t window = std::max<uint64_t>(config_->batch_size, Fragment::kSealBytes) * (std::max<uint32_t>(config_->shards, 1) + 1);
  if (spill_->bytes_in_work() < window) spill_->read_more(std::max<uint64_t>(config_->batch_size, 1));
}

void Endpoint::spill_read(std::vector<FragmentPtr> fragments) {
  for (const FragmentPtr& fragment : fragments) {
    if (wal_) {
      wal_->records_read.fetch_add(1);
      const size_t last = fragment->entries.size() - 1, begin = fragment->begin_of(last);
      if (const auto entry = loki_push::decode_entry(std::string_view(fragment->bytes).substr(begin, fragment->entries[last].end - begin)))
        wal_->last_read_s = entry->time_ns / 1'000'000'000;
    }
    distribute(fragment);
  }
  read_more();
  note();
}

/// All that is on disk has been read. What comes from now on stays in memory, behind what is still being written.
void Endpoint::try_to_leave() {
  if (config_->write_ahead || spill_->reading() || spill_->unread() > 0) return;
  if (!leaving_) {
    const bool slow = std::any_of(shards_.begin(), shards_.end(), [](const auto& shard) {
      return shard->sender.failing() || shard->sender.waiting_ns() > kLongAnswerNs;
    });
    if (slow || spill_->stalled()) return;
    leaving_ = true;
  }
  if (!spill_->writing()) leave_spill();
}

void Endpoint::leave_spill() {
  spilling_ = leaving_ = false;
  // Batches are of one kind.
  for (auto& shard : shards_) close_all(*shard);
  for (const FragmentPtr& fragment : std::exchange(behind_, {})) distribute(fragment);
  pump_all();
  if (spill_->lines() == 0) world_.log.info("destination has caught up", {{"component", "endpoint"}, {"host", config_->host}});
}

/// It does not keep up after all.
void Endpoint::stay() {
  leaving_ = false;
  for (const FragmentPtr& fragment : std::exchange(behind_, {})) spill(fragment);
}

/// The disk takes nothing, or the spill is full.
void Endpoint::spill_refused(const Error& error) {
  if (!std::exchange(spill_failed_, true))
    world_.log.error("lines cannot be written to disk", {{"component", "endpoint"}, {"host", config_->host}, {"err", error.what}});
  set_trouble("spill: " + error.what);
  if (leaving_) stay();
  spill_retry_ms_ = std::clamp(spill_retry_ms_ * 2, config_->spill_retry_ms, kRetrySpillAtMostMs);
  spill_retry_.start(spill_retry_ms_);
  if (drops_when_full() && (error.reason == "full" || error.reason == "no_space") && spill_->unread() > 0) spill_->drop_oldest();
  relieve();
  give_back();
  note();
}

bool Endpoint::drops_when_full() const {
  switch (world_.delivery.settings.on_full) {
    case OnFull::kPause: return false;
    case OnFull::kDropOldest: return true;
    case OnFull::kAuto: return spill_ && (shared_ || !config_->block_on_overflow);
  }
  return false;
}

/// The spill takes nothing: what it could not write goes out from memory, once nothing older is left on disk.
void Endpoint::give_back() {
  if (spill_->unread() > 0 || spill_->reading()) return;
  auto batches = spill_->give_back();
  if (batches.empty()) return;
  spilling_ = false;
  for (auto& shard : shards_) close_all(*shard);
  // Behind what was read back, in front of what comes.
  for (Batch& batch : batches) {
    const Fragment& fragment = *batch.pieces.front().fragment;
    const uint64_t hash = fragment.streams[fragment.entries[batch.pieces.front().first].stream].hash;
    shards_[hash % std::max<uint32_t>(config_->shards, 1)]->ready.push_back(std::move(batch));
  }
  pump_all();
}

/// Others must not wait for it, and lanes pause when the queue is full: its oldest lines go.
void Endpoint::drop_from_memory() {
  const DropReason reason = drop_reason("spill_full");
  while (gate_->queued.load() * 4 >= gate_->capacity.load() * 3) {
    Batch oldest = spill_ ? spill_->drop_front() : Batch();
    for (auto& shard : shards_) {
      if (oldest.entries > 0) break;
      const auto first = std::find_if(shard->ready.begin(), shard->ready.end(), [](const Batch& batch) { return !batch.is_spilled(); });
      if (first == shard->ready.end()) continue;
      oldest = std::move(*first);
      shard->ready.erase(first);
    }
    if (oldest.entries == 0) return;
    world_.metrics.dropped(config_->host, oldest.tenant, drop_reason_word(reason)).add(oldest.entries);
    book_.dropped.add(reason, oldest.lines);
    settle_memory(std::move(oldest), Settled::kDropped, reason);
  }
}

void Endpoint::retry_spill() {
  if (!spill_->open()) {
    world_.log.warn("the disk does not answer: lines are sent without what an earlier run left there", {{"component", "endpoint"}, {"host", config_->host}});
    sends_before_open_ = true;
    return pump_all();
  }
  if (!spill_->stalled()) return;
  spill_->retry();
  if (config_->write_ahead && !spilling_) start_spilling("");
  relieve();
}

void Endpoint::spill_room() {
  spill_retry_ms_ = 0;
  retry_spill();
}

void Endpoint::spill_not_needed(Batch part, DropReason reason) {
  settle_memory(std::move(part), reason == kNotDropped ? Settled::kDelivered : Settled::kDropped, reason);
}

void Endpoint::spill_lost(const DiskQueue::Tally& tally, DropReason reason) {
  if (tally.records > 0) {
    book_.dropped.add(reason, tally.lines);
    world_.metrics.dropped(config_->host, config_->tenant, drop_reason_word(reason)).add(tally.entries);
    world_.log.error("lines on disk are lost", {{"component", "endpoint"},
                                                {"host", config_->host},
                                                {"reason", std::string(drop_reason_word(reason))},
                                                {"entries", uint64_t{tally.entries}},
                                                {"lines", uint64_t{tally.lines}}});
  }
  read_more();
  note();
}

void Endpoint::spill_left(std::vector<SpillExit> exits) {
  std::array<std::vector<SpillExit>, kMaxLanes> by_lane;
  for (SpillExit& exit : exits) by_lane[exit.account->lane()].push_back(std::move(exit));
  for (size_t lane = 0; lane < by_lane.size(); ++lane)
    if (!by_lane[lane].empty()) world_.left(std::move(by_lane[lane]), lane);
}

}  // namespace invar::loki_write
