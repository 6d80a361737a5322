#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/components/loki/shared/position_saver.h"
#include "src/components/loki/shared/positions_file.h"

namespace invar::loki_source_journal {

/// Keeps the cursor behind which everything is settled, where Alloy keeps it: in the component's positions.yml, under `cursor-<component id>`. Works on the disk loop.
class CursorStore {
 public:
  struct Options {
    std::string directory;  // made when missing
    std::string component_id;
    /// A Promtail or static mode file to begin from when there is none of ours; and the job's name in it.
    std::string legacy_file, legacy_name;
  };

  /// Reads what is there, on the caller's thread, blocking; changes nothing. Error: what is there cannot be read, and to begin without it would send everything again.
  static Result<std::shared_ptr<CursorStore>> open(Loop& disk, Options options, PositionSaver::Report report);
  /// As it was at open(); empty: none.
  const std::string& cursor() const { return cursor_; }
  /// Remarks of open() for the log.
  const std::vector<std::string>& notes() const { return notes_; }

  /// Any thread. `marks` are made in the step that notes it.
  void put(std::string cursor, CommitMarks marks);
  /// Any thread: calls `done` on the disk loop behind all that was put before.
  void flush(std::function<void()> done) { saver_.flush(std::move(done)); }

 private:
  CursorStore(Loop& disk, Options options, PositionSaver::Report report);
  Result<void> load();
  Result<void> load_legacy();
  std::string path() const { return options_.directory + "/positions.yml"; }
  PositionKey key() const { return {"cursor-" + options_.component_id, ""}; }

  const Options options_;
  std::string cursor_;
  std::vector<std::string> notes_;
  PositionMap positions_;  // from open() on the disk loop's
  PositionSaver saver_;
};

}  // namespace invar::loki_source_journal
