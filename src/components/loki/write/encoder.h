#pragma once

#include <tsl/robin_map.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/components/loki/write/fragment.h"
#include "src/runtime/lane.h"

namespace invar::loki_write {

/// What the lanes and the delivery loop know together about one endpoint's queue. All members from any thread.
struct Gate {
  std::atomic<int64_t> queued{0};  // bytes of sealed fragments that the endpoint has not settled
  std::atomic<int64_t> capacity{0};
  std::atomic<bool> blocks{true};    // false: a full queue drops instead
  std::atomic<bool> waiting{false};  // a lane paused and wants to be told
  bool full() const { return blocks.load(std::memory_order_relaxed) && queued.load() >= capacity.load(std::memory_order_relaxed); }
};
using GatePtr = std::shared_ptr<Gate>;

/// Entries that an endpoint is done with.
struct Settlement {
  std::vector<Piece> pieces;  // of one lane
  Settled outcome = Settled::kDelivered;
};

/// The lane half of loki.write: encodes rows into fragments and settles them when the endpoints are done. On its lane only.
class Encoder final : public LogSink {
 public:
  struct Plan {
    std::vector<std::pair<std::string, std::string>> external_labels;
    std::vector<GatePtr> gates;  // one per endpoint
  };
  /// Takes a sealed fragment to the delivery loop, with the plan it was encoded for: each of its gates' endpoints settles it.
  using HandOver = std::function<void(FragmentPtr, std::shared_ptr<const Plan>)>;
  Encoder(Lane& lane, LogsReceiverPtr receiver, std::shared_ptr<const Plan> plan, HandOver hand_over);
  ~Encoder() override;

  Flow consume(LogBatch&& batch, Upstream& upstream) override;
  void forget(Upstream& upstream) override { paused_.forget(upstream); }

  void set_plan(std::shared_ptr<const Plan> plan);
  /// Hands over what is encoded.
  void seal();
  /// Takes no more input.
  void unbind();
  void settled(Settlement settlement);
  /// Forgets the memory that is kept for the next fragments.
  void rest();
  /// Some endpoint has room again.
  void room();

 private:
  void open();
  uint32_t stream_of(const LabelSet* labels);
  const LabelSet* merged(const LabelSet* labels);
  bool must_pause();

  Lane& lane_;
  LogsReceiverPtr receiver_;
  std::shared_ptr<const Plan> plan_;
  HandOver hand_over_;
  FragmentPtr open_;
  std::vector<FragmentPtr> pool_;
  tsl::robin_map<const LabelSet*, uint32_t> stream_index_;  // of the open fragment
  uint64_t generation_ = 0;
  bool hooked_ = false;
  std::string metadata_;
  PausedUpstreams paused_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // a turn hook may outlive us
};

}  // namespace invar::loki_write
