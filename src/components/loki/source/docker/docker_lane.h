#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/components/loki/source/docker/container_batch.h"
#include "src/components/loki/source/docker/position_store.h"
#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"
#include "src/telemetry/ledger.h"
#include "src/telemetry/log_batch.h"
#include "src/telemetry/log_sink.h"

namespace invar::loki_source_docker {

/// The part of loki.source.docker on a lane: hands the lines of some containers on, and knows for each of them behind which line everything is settled. What a
/// destination gives back is sent again from memory.
class DockerLane final : public Upstream {
 public:
  /// To the engine's thread, and to the positions. Any of them may be called until this is gone.
  struct Ways {
    std::function<LedgerAccountPtr(const std::string& container)> account;
    std::function<void(const std::string& container)> handed_on;
    std::function<void(std::vector<PositionStore::Change>, CommitMarks)> settled;
    std::function<void(const std::string& container)> gone;
  };
  DockerLane(Lane& lane, Counter& entries, Ways ways);
  ~DockerLane() override;

  void set_receivers(std::vector<LogsReceiverPtr> receivers) { fanout_.set_receivers(std::move(receivers)); }
  void take(ContainerBatchPtr batch);
  /// Nothing more comes from the container. `gone`: it exists no more.
  void end(const std::string& container, bool gone);
  /// Takes nothing more; calls back once everything handed on is settled, and its position told.
  void drain(std::function<void()> done);
  void resume() override { advance(); }

 private:
  struct Sent {
    std::unique_ptr<AckRun> run;
    ContainerBatchPtr batch;  // until it is settled, and did not come back
    LogPosition position;
    bool settled = false;
  };
  struct Container final : AckSource {
    Container(DockerLane& home, std::string id) : home(home), id(std::move(id)) { rewinds = true, marks_keeper = &home; }
    void on_settled(AckRun& run) override { home.on_settled(*this, run); }
    bool at_rest() const;
    DockerLane& home;
    const std::string id;
    LedgerAccountPtr account;
    std::deque<ContainerBatchPtr> waiting;
    std::deque<ContainerBatchPtr> again;  // came back
    std::deque<Sent> sent;                // not settled, or behind one that is not
    uint64_t next = 0;                    // number of the next run
    bool returned = false;                // something came back: nothing new until it has been sent again
    bool ended = false, gone = false;
    std::optional<LogPosition> told;      // settled, and to be told
  };

  Container& container(const std::string& id);
  void advance();
  bool can_send(const Container& container) const;
  void send(Container& container, ContainerBatchPtr batch, bool again);
  const LabelSet* labels_of(const LabelList& list);
  void on_settled(Container& container, AckRun& run);
  void look_at(Container& container);
  void send_again(Container& container);
  void release(Sent& sent);
  void advance_soon();
  void remove_ended();
  void plan_tell();
  void tell();
  void check_drained();

  /// Of lines that are held until they are settled.
  static constexpr size_t kMostUnsettledBytes = 16u << 20;
  static constexpr uint64_t kTellMs = 1000;
  static constexpr uint64_t kTellMarkedMs = 100;  // a queue on disk waits for its marks
  Lane& lane_;
  Counter& entries_;
  Ways ways_;
  Fanout fanout_;
  Timer tell_timer_;
  std::map<std::string, std::unique_ptr<Container>> containers_;
  size_t unsettled_bytes_ = 0;
  CommitMarks marks_;  // of what is settled, and to be told
  bool tells_soon_ = false;
  bool advancing_ = false, draining_ = false;
  LogBatch batch_;
  std::vector<Label> scratch_;
  std::function<void()> drained_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_docker
