#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/shared/ahead_rows.h"
#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"
#include "src/runtime/write_ahead.h"
#include "src/telemetry/ledger.h"

namespace invar {

/// The way of rows through a write-ahead, for sources whose senders do not send again: they go on once they are safe on disk. What was not settled when the process ended
/// goes on again with the next one, and what a destination gives back right away, both as they were. One lane's.
class AheadRuns final : public AckSource, public Upstream, private WriteAhead::Owner {
 public:
  /// `directory` belongs to these alone. `changed` is called when there may be room again, and when something is safe or settled. `fanout` outlives this.
  AheadRuns(Lane& lane, NodeContext& context, std::string directory, Fanout& fanout, LedgerAccountPtr account, Counter& lost, std::function<void()> changed);
  ~AheadRuns() override;

  /// Copies the rows, which are finished and have no metadata.
  void put(const LogBatch& batch);
  /// As much is on its way to the disk as may be in memory only, or the disk refuses it: read no more.
  bool full() const { return unsafe_bytes_ >= kMostUnsafeBytes || !refused_.empty(); }
  /// Hands on nothing more: the rest stays on disk.
  void stop() { stopped_ = true; }
  /// Everything put is safe, and everything handed on settled.
  bool settled() const { return unsafe_.empty() && refused_.empty() && works_.empty(); }

  void on_settled(AckRun& run) override;
  void resume() override;

 private:
  struct Work {
    uint64_t item = 0;
    std::string payload;
    std::unique_ptr<AckRun> run;
    CommitMarks marks = {};  // of its run
  };
  struct Unsafe {
    std::string payload;
    uint64_t lines = 0;
  };
  void answered(uint64_t item, const Error* error) override;
  void handed_on(uint64_t item, std::string payload) override;
  void write(Unsafe rows);
  void write_again();
  void advance();
  void advance_soon();
  void send(std::unique_ptr<Work> work);

  static constexpr size_t kMostUnsafeBytes = 4u << 20;
  static constexpr size_t kMostUnsettled = 64;  // batches
  static constexpr uint64_t kRetryMs = 200;
  Lane& lane_;
  Logger log_;
  Fanout& fanout_;
  LedgerAccountPtr account_;
  Counter& lost_;
  std::function<void()> changed_;
  Timer retry_timer_;
  std::unique_ptr<WriteAhead> ahead_;
  std::unordered_map<uint64_t, Unsafe> unsafe_;  // by item
  size_t unsafe_bytes_ = 0;
  std::deque<Unsafe> refused_;
  bool complained_ = false;
  std::unique_ptr<Work> next_;
  std::deque<std::unique_ptr<Work>> again_;  // given back by a destination
  std::unordered_map<const AckRun*, std::unique_ptr<Work>> works_;
  uint64_t next_line_ = 0;
  bool wants_ = false, paused_ = false, advancing_ = false, stopped_ = false;
  AheadRows rows_;
  LogBatch batch_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar
