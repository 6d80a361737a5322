#pragma once

#include <tsl/robin_map.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/components/loki/write/fragment.h"
#include "src/components/loki/write/gate.h"
#include "src/runtime/lane.h"

namespace invar::loki_write {

/// Entries that an endpoint is done with, or has put into its spill.
struct Settlement {
  std::vector<Piece> pieces;  // of one lane
  Settled outcome = Settled::kDelivered;
  DropReason reason = kNotDropped;
  DestinationId destination = kNoDestination;
  CommitMarkPtr mark = {};  // of the record that they are in, where their sources keep it
};

/// Lines of one account that have left an endpoint's spill.
struct SpillExit {
  LedgerAccountPtr account;
  uint64_t lines = 0;
  DropReason reason = kNotDropped;  // not dropped: delivered
  DestinationId destination = kNoDestination;
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
  void left_spill(const std::vector<SpillExit>& exits);
  /// Forgets the memory that is kept for the next fragments.
  void rest();
  /// Some endpoint has room again.
  void room();

 private:
  void open();
  uint32_t stream_of(const LabelSet* labels);
  void note_run(AckRun& run);
  const LabelSet* merged(const LabelSet* labels);
  bool must_pause(bool shared);

  Lane& lane_;
  LogsReceiverPtr receiver_;
  std::shared_ptr<const Plan> plan_;
  HandOver hand_over_;
  FragmentPtr open_;
  std::vector<FragmentPtr> pool_;
  size_t expected_bytes_ = 0, expected_entries_ = 0;  // of the next fragment
  tsl::robin_map<const LabelSet*, uint32_t> stream_index_;  // of the open fragment
  uint64_t generation_ = 0;
  bool hooked_ = false;
  std::string metadata_;
  PausedUpstreams paused_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // a turn hook may outlive us
};

}  // namespace invar::loki_write
