#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/components/loki/source/kafka/kafka_batch.h"
#include "src/components/loki/source/kafka/message_labels.h"
#include "src/runtime/lane.h"
#include "src/telemetry/ledger.h"
#include "src/telemetry/log_batch.h"
#include "src/telemetry/log_sink.h"

namespace invar::loki_source_kafka {

/// The part of loki.source.kafka on a lane: hands the messages of some claims on, and knows for each of them behind which offset everything is
/// settled. What a destination gives back is sent again from memory.
class KafkaLane final : public Upstream {
 public:
  /// To the consumer's thread. Any of them may be called until this is gone.
  struct Ways {
    std::function<LedgerAccountPtr(const Claim& claim)> account;
    /// `bytes` of a claim's batches wait here no longer.
    std::function<void(uint64_t claim, size_t bytes)> handed_on;
    std::function<void(std::vector<SettledOffset>)> settled;
    /// Nothing of the claim is on its way any more; how far it is settled has been told.
    std::function<void(uint64_t claim)> released;
  };
  KafkaLane(Lane& lane, LabelPlanPtr plan, Ways ways);
  ~KafkaLane() override;

  void set_receivers(std::vector<LogsReceiverPtr> receivers) { fanout_.set_receivers(std::move(receivers)); }
  /// From the next batch on.
  void set_plan(LabelPlanPtr plan);
  void take(KafkaBatchPtr batch);
  /// The partition goes to another member, or reading ends: nothing more of it is sent. Answered by Ways::released.
  void release(uint64_t claim);
  void resume() override { advance(); }

 private:
  struct Sent {
    std::unique_ptr<AckRun> run;
    KafkaBatchPtr batch;  // until it is settled, and did not come back
    int64_t next_offset = 0;
    bool settled = false;
  };
  struct Held final : AckSource {
    Held(KafkaLane& home, ClaimPtr claim) : home(home), claim(std::move(claim)) { rewinds = true; }
    void on_settled(AckRun& run) override { home.on_settled(*this, run); }
    bool at_rest() const;
    KafkaLane& home;
    const ClaimPtr claim;
    LedgerAccountPtr account;
    std::unique_ptr<MessageLabels> labels;
    std::deque<KafkaBatchPtr> waiting;
    std::deque<KafkaBatchPtr> again;  // came back
    std::deque<Sent> sent;            // not settled, or behind one that is not
    uint64_t next = 0;                // number of the next run
    bool returned = false;            // something came back: nothing new until it has been sent again
    bool released = false;
    std::optional<int64_t> told;  // settled, and to be told
    // The last message, whose time the next one must not have when it is equal.
    int64_t last_ms = -1, last_ns = 0;
    size_t last_line = 0;  // its hash
  };

  void advance();
  bool can_send(const Held& held) const;
  void send(Held& held, KafkaBatchPtr batch, bool again);
  void fill(Held& held, KafkaBatch& batch, AckRun& run);
  int64_t incoming_time(Held& held, const KafkaBatch::Row& row);
  const LabelSet* labels_of(const LabelList& list);
  void on_settled(Held& held, AckRun& run);
  void look_at(Held& held);
  void send_again(Held& held);
  void release_bytes(Sent& sent);
  void advance_soon();
  void remove_released();
  void tell();

  /// Of messages that are held until they are settled.
  static constexpr size_t kMostUnsettledBytes = 16u << 20;
  static constexpr uint64_t kTellMs = 250;
  Lane& lane_;
  LabelPlanPtr plan_;
  Ways ways_;
  Fanout fanout_;
  Timer tell_timer_;
  std::map<uint64_t, std::unique_ptr<Held>> claims_;
  size_t unsettled_bytes_ = 0;
  bool advancing_ = false;
  LogBatch batch_;
  std::vector<Label> scratch_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_kafka
