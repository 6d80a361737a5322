#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "src/base/clock.h"
#include "src/components/loki/source/journal/entry_reader.h"
#include "src/components/loki/source/journal/journal_batch.h"
#include "src/components/loki/source/journal/systemd_journal.h"
#include "src/io/loop.h"
#include "src/runtime/logger.h"

namespace invar::loki_source_journal {

/// Follows a journal on a thread of its own, and hands on what it reads in batches, a few at a time. (libsystemd maps files and searches them: a page that is not in
/// memory, or a match that few entries have, would hold up a lane.) What cannot be opened is tried again. All of it belongs to the given loop.
class JournalTail {
 public:
  struct Settings {
    SystemdJournal::Place place;
    LabelRules labels;
    bool as_json = false;
    bool operator==(const Settings&) const = default;
  };
  /// Where it begins.
  struct Start {
    std::string cursor;         // behind this entry; empty: at not_before_us
    uint64_t not_before_us = 0;  // nothing older is read; 0: everything
  };
  struct Owner {
    std::function<void(JournalBatchPtr)> deliver;
    /// What is wrong with reading, or nothing. Not faults, but named: kNoFiles, SystemdJournal::kBadCursor.
    std::function<void(std::optional<Error>)> report;
  };
  /// Reason: the place is there, and no journal file that can be read is in it.
  static constexpr std::string_view kNoFiles = "no_files";
  /// Batches on their way to the lane, not yet handed on.
  static constexpr int kAhead = 2;

  JournalTail(Loop& loop, const Clock& clock, Logger log, Settings settings, Start start, Owner owner);
  ~JournalTail();

  void begin();
  /// From the next entry on.
  void change(Settings settings);
  /// A batch has been handed on.
  void handed_on();
  void rewind(Rewind rewind);
  /// Reads no more, and closes the journal.
  void stop();

 private:
  void open();
  bool seek();
  void failed(const Error& error);
  void opened();
  void close();
  void watch();
  void plan_work();
  void work();
  Result<void> read(JournalBatch& batch, uint64_t limit);
  void next_range();
  void at_rest();
  void tick();

  Loop& loop_;
  const Clock& clock_;
  Logger log_;
  Settings settings_;
  Start start_;
  Owner owner_;
  std::unique_ptr<SystemdJournal> journal_;
  std::unique_ptr<FdWatch> fd_watch_;
  bool watch_reliable_ = false;
  std::unique_ptr<EntryReader> reader_;
  Timer tick_timer_;
  Timer retry_timer_;
  std::string position_;  // cursor of the last entry read; empty: none yet
  std::deque<JournalRange> again_;
  uint64_t again_left_ = 0;  // entries of the range being read again
  std::string again_behind_;  // cursor of the last one of it that was; empty: none yet
  std::string resume_behind_;
  uint64_t generation_ = 0;
  int on_their_way_ = 0;
  bool work_planned_ = false, stopped_ = false;
  uint64_t retry_ms_ = 0;
  uint64_t opened_ms_ = 0;
  size_t read_bytes_ = 0;  // since it was opened
  std::string told_;
  std::string cursor_note_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar::loki_source_journal
