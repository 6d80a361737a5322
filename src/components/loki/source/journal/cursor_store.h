#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/base/commit_mark.h"
#include "src/components/loki/shared/positions_file.h"
#include "src/io/loop.h"

namespace invar::loki_source_journal {

/// Keeps the cursor behind which everything is settled, where Alloy keeps it: in the component's positions.yml, under `cursor-<component id>`. Works on the disk loop; a
/// full or broken disk is reported and tried again, never waited for.
class CursorStore {
 public:
  struct Options {
    std::string directory;  // made when missing
    std::string component_id;
    /// A Promtail or static mode file to begin from when there is none of ours; and the job's name in it.
    std::string legacy_file, legacy_name;
  };
  /// `report` gets a problem, or nothing once it is over; on the disk loop.
  using Report = std::function<void(std::optional<Error>)>;

  /// Reads what is there, on the caller's thread, blocking; changes nothing. Error: what is there cannot be read, and to begin without it would send everything again.
  static Result<std::shared_ptr<CursorStore>> open(Loop& disk, Options options, Report report);
  /// As it was at open(); empty: none.
  const std::string& cursor() const { return cursor_; }
  /// Remarks of open() for the log.
  const std::vector<std::string>& notes() const { return notes_; }

  /// Any thread. `marks` are made before it is noted.
  void put(std::string cursor, CommitMarks marks);
  /// Any thread: calls `done` on the disk loop behind all that was put before.
  void flush(std::function<void()> done);

 private:
  CursorStore(Loop& disk, Options options, Report report) : disk_(disk), options_(std::move(options)), report_(std::move(report)) {}
  Result<void> load();
  Result<void> load_legacy();
  std::string path() const { return options_.directory + "/positions.yml"; }
  PositionKey key() const { return {"cursor-" + options_.component_id, ""}; }
  Result<void> note_cursors();
  void save();

  static constexpr uint64_t kRetryMs = 1000;
  Loop& disk_;
  const Options options_;
  Report report_;
  std::string cursor_;
  std::vector<std::string> notes_;
  // The disk loop's.
  struct Waiting {
    std::string cursor;
    CommitMarks marks;
  };
  std::deque<Waiting> waiting_;
  PositionMap positions_;
  std::unique_ptr<Timer> retry_timer_;
  bool failing_ = false;
};

}  // namespace invar::loki_source_journal
