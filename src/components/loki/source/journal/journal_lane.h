#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/components/loki/source/journal/journal_batch.h"
#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"
#include "src/telemetry/ledger.h"
#include "src/telemetry/log_batch.h"
#include "src/telemetry/log_sink.h"

namespace invar::loki_source_journal {

/// The part of loki.source.journal on a lane: hands batches on, and knows behind which entry everything is settled.
class JournalLane final : public AckSource, public Upstream {
 public:
  struct Figures {
    Counter& lines;
    /// Made when there is something to count, as Alloy's.
    std::function<Counter&(std::string_view error)> errors;
  };
  /// To the journal's thread, and to the positions. Any of them may be called until this is gone.
  struct Ways {
    std::function<void()> handed_on;
    std::function<void(Rewind)> rewind;
    std::function<void(std::string cursor, CommitMarks marks)> settled;
  };
  JournalLane(Lane& lane, Figures figures, LedgerAccountPtr account, Ways ways);
  ~JournalLane() override;

  void set_receivers(std::vector<LogsReceiverPtr> receivers) { fanout_.set_receivers(std::move(receivers)); }
  void take(JournalBatchPtr batch);
  /// Takes nothing more; calls back once everything handed on is settled, and its position told.
  void drain(std::function<void()> done);

  void on_settled(AckRun& run) override;
  void resume() override;

 private:
  struct Sent {
    std::unique_ptr<AckRun> run;
    JournalRange range;
    bool settled = false;
  };
  void advance();
  void send(JournalBatch& batch);
  void count(const JournalBatch& batch);
  const LabelSet* labels_of(const LabelList& list);
  void look_at_settled();
  void send_again();
  void plan_tell();
  void tell_position();

  static constexpr uint64_t kTellMs = 1000;
  static constexpr uint64_t kTellMarkedMs = 100;  // a queue on disk waits for its marks
  Lane& lane_;
  Figures figures_;
  LedgerAccountPtr account_;
  Ways ways_;
  Fanout fanout_;
  Timer tell_timer_;
  std::deque<JournalBatchPtr> waiting_;
  std::deque<Sent> sent_;  // not settled, or behind one that is not
  uint64_t next_ = 0;      // number of the next run
  uint64_t generation_ = 0;
  bool returned_ = false;  // something came back: nothing new until it has been sent again
  bool advancing_ = false, draining_ = false;
  std::string settled_behind_;
  CommitMarks marks_;  // of what is in front of it
  bool told_ = true;
  bool tells_soon_ = false;
  LogBatch batch_;
  std::vector<Label> scratch_;
  std::function<void()> drained_;
};

}  // namespace invar::loki_source_journal
