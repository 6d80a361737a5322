#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "src/runtime/lane.h"
#include "src/telemetry/ledger.h"
#include "src/telemetry/log_batch.h"
#include "src/telemetry/log_sink.h"

namespace invar::loki_source_file {

class FileReader;

/// A range of a file that was sent as one batch. Owned by a RunKeeper.
struct FileRun : AckRun {
  FileReader* reader = nullptr;  // null: nobody waits for it any more
  bool settled = false;
  FileRun* next = nullptr;  // in its reader's list of outstanding runs, or in the pool
};

/// All runs of one lane half, pooled. Sinks hold pointers to runs, so a keeper lives until the last one is settled, even when the half is gone:
/// let go of it with abandon(). On the lane.
class RunKeeper final : public AckSource {
 public:
  static RunKeeper* make() { return new RunKeeper; }
  FileRun* take(FileReader& reader, uint64_t begin, uint64_t end);
  void give_back(FileRun& run);
  /// The owner goes: no reader hears of a run again. Deletes itself now or after the last run is settled.
  void abandon();
  size_t outstanding() const { return outstanding_; }
  void on_settled(AckRun& run) override;
  /// Called whenever nothing is outstanding any more.
  std::function<void()> on_idle;
  /// Called when there are marks to be made before the next position is noted.
  std::function<void()> on_marks;
  CommitMarks take_marks() { return std::exchange(marks_, {}); }

 private:
  RunKeeper() { rewinds = true, marks_keeper = this; }
  std::deque<FileRun> all_;
  FileRun* free_ = nullptr;
  CommitMarks marks_;  // of runs that were given back
  size_t outstanding_ = 0;
  bool abandoned_ = false;
};

/// What the readers of a lane half share: the buffer they read into (lent for one read), the batch they fill, and the way out. On the lane.
class LineFeed {
 public:
  static constexpr size_t kChunk = 256 * 1024;
  static constexpr size_t kPadding = 64;  // readable zero bytes behind every line, for simdjson

  LineFeed(Lane& lane, Upstream& upstream);
  ~LineFeed();
  LineFeed(const LineFeed&) = delete;

  /// From now on each path has an account there.
  void keep_book(Ledger& ledger, std::string component) { ledger_ = &ledger, component_ = std::move(component); }

  /// kChunk bytes, with kPadding more behind them.
  std::span<char> buffer();
  /// Gives the buffer's memory back; for idle times.
  void release_buffer() { buffer_.reset(); }

  bool full() const { return batch_.rows.size() >= LogBatch::kMaxRows; }
  bool empty() const { return batch_.rows.empty(); }
  size_t size() const { return batch_.rows.size(); }
  void add(std::string_view line, const LabelSet* labels) {
    LogRow& row = batch_.rows.emplace_back();
    row.line = line;
    row.labels = labels;
  }
  Arena& arena() { return batch_.arena(); }
  /// Sends what was added as the lines of [begin, end) of the reader's file. Nothing more may be sent while paused() afterwards.
  void send(FileReader& reader, uint64_t begin, uint64_t end);

  bool paused() const { return fanout_.paused(); }
  Fanout& fanout() { return fanout_; }
  RunKeeper& keeper() { return *keeper_; }

 private:
  Lane& lane_;
  Upstream& upstream_;
  Fanout fanout_;
  RunKeeper* keeper_;
  LogBatch batch_;
  std::unique_ptr<char[]> buffer_;

  struct Account {
    LedgerAccountPtr account;
    uint64_t used_ms = 0;
  };
  const LedgerAccountPtr& account_of(const std::string& path);
  Ledger* ledger_ = nullptr;
  std::string component_;
  std::unordered_map<std::string, Account> accounts_;
  size_t forget_at_ = 256;  // accounts
};

}  // namespace invar::loki_source_file
