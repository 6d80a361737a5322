#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/write/sender.h"
#include "src/components/loki/write/spill.h"
#include "src/runtime/delivery.h"

namespace invar::loki_write {

/// What endpoints share on the delivery loop, and how they reach the rest of the process.
struct EndpointWorld : SenderWorld {
  Loop& disk;
  Delivery& delivery;
  uint64_t epoch;                                                // names this process in records of spills
  std::function<void(Settlement, size_t lane)> settle;           // to the lane's encoder
  std::function<void(std::vector<SpillExit>, size_t lane)> left; // likewise
  std::function<void()> room;                                    // wakes the lanes that paused
  std::function<void()> changed;                                 // trouble() has changed
};

/// One destination on the delivery loop: batches per tenant and shard, a sender per shard, a bounded queue in memory, and a spill behind it.
///
/// While it keeps up nothing is written. Once it does not (its attempts are used up, or its queue fills while it fails, hangs, or shares its lines with other
/// destinations), all that it has in memory goes to the spill, in order, and everything that comes after it; the shards take from the spill's front until it is empty.
/// What is safe there is settled as queued.
class Endpoint final : private Sender::Owner, private Spill::Owner {
 public:
  /// `spill_directory`: empty for none.
  Endpoint(EndpointWorld& world, GatePtr gate, EndpointConfig config, std::string spill_directory);
  ~Endpoint() override;

  const GatePtr& gate() const { return gate_; }
  const EndpointConfig& config() const { return *config_; }
  /// What is queued stays; requests under way end with their old settings.
  void update(EndpointConfig config);
  void take(const FragmentPtr& fragment);
  /// Sends what is there without waiting for full batches; `drained` is called when nothing is left that is not safe, or when drain_timeout has passed.
  void drain(std::function<void()> drained);
  /// Gives up everything that is in memory. What is in the spill stays there.
  void abandon(Settled outcome, DropReason reason);
  /// Why it does not deliver, for health; empty when it does.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Shard;
  using Open = std::unordered_map<std::string, Batch>;  // by tenant
  /// Where the entries of one stream of a fragment go.
  struct Way {
    Shard* shard = nullptr;
    const std::string* tenant = nullptr;
    Batch* batch = nullptr;  // the open one of the tenant; its place in Shard::open does not move
    friend bool operator==(const Way& a, const Way& b) { return a.batch == b.batch; }
  };

  void apply_config();
  std::vector<Way> ways_of(const Fragment& fragment);
  void distribute(const FragmentPtr& fragment);
  bool add(const Way& way, const FragmentPtr& fragment, uint32_t entry);
  bool fits(const Batch& batch, const FragmentPtr& fragment, uint32_t entry) const;
  bool take_whole(const Way& way, const FragmentPtr& fragment);
  void touch(Shard& shard, Batch& batch, const std::string& tenant);
  void close(Shard& shard, Batch& batch);
  void close_all(Shard& shard);
  void close_expired(Shard& shard);
  void begin_next(Shard& shard);
  void prepare_next(Shard& shard);
  void pump(Shard& shard);
  void pump_all();
  TenantMetrics& metrics_of(const std::string& tenant);

  // endpoint_spill.cpp
  void open_spill(const std::string& directory);
  bool may_spill() const;
  bool needs_spill() const;
  void set_limit();
  void relieve();
  void start_spilling(std::string_view why);
  void spill(const FragmentPtr& fragment);
  void read_more();
  void try_to_leave();
  void leave_spill();
  void stay();
  void retry_spill();
  bool drops_when_full() const;
  void give_back();
  void drop_from_memory();
  void watch_wal();
  void note_written(const Fragment& fragment);

  // Settling.
  void settle_memory(Batch batch, Settled outcome, DropReason reason, CommitMarkPtr mark = nullptr);
  void check_drained();
  void give_up_drain();
  void say_not_flushed();
  void set_trouble(std::string why);
  void note();

  // Sender::Owner
  void settled(Batch batch, DropReason reason) override;
  void answered(Sender& sender, const std::string& trouble, bool lasting) override;
  void idle(Sender& sender) override;
  void exhausted(Sender& sender) override;
  // Spill::Owner
  void spill_opened(const std::optional<Error>& error) override;
  void spill_committed(Batch batch, CommitMarkPtr mark) override;
  void spill_advanced() override;
  void spill_refused(const Error& error) override;
  void spill_not_needed(Batch part, DropReason reason) override;
  void spill_read(std::vector<FragmentPtr> fragments) override;
  void spill_lost(const DiskQueue::Tally& tally, DropReason reason) override;
  void spill_left(std::vector<SpillExit> exits) override;
  void spill_room() override;

  EndpointWorld& world_;
  GatePtr gate_;
  LedgerDestination& book_;
  std::shared_ptr<const EndpointConfig> config_;
  std::unique_ptr<HttpClient> http_;
  std::vector<std::unique_ptr<Shard>> shards_;
  std::unordered_map<const Fragment*, uint32_t> unsettled_;  // entries, of fragments in memory only
  std::unordered_map<std::string, TenantMetrics*> tenants_;
  std::string trouble_;
  bool shared_ = false;     // the last lines go to other destinations too
  bool draining_ = false;
  bool said_not_flushed_ = false;
  std::function<void()> drained_;
  std::unique_ptr<Timer> drain_timer_;

  std::unique_ptr<Spill> spill_;  // nullptr: there is none
  std::shared_ptr<WalFigures> wal_;
  bool spilling_ = false;
  std::deque<FragmentPtr> behind_;  // come while the last of the spill is being read: they follow from memory
  bool leaving_ = false;
  Timer pressure_;     // looks whether a full queue moves
  Timer spill_retry_;
  uint64_t spill_retry_ms_ = 0;
  bool spill_failed_ = false;  // said so
  bool sends_before_open_ = false;  // the disk says nothing: what an earlier process left comes later
};

}  // namespace invar::loki_write
