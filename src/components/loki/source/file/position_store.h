#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/commit_mark.h"
#include "src/components/loki/source/file/file_registry.h"
#include "src/components/loki/source/file/position_journal.h"
#include "src/components/loki/shared/positions_file.h"
#include "src/io/file.h"
#include "src/io/loop.h"

namespace invar::loki_source_file {

/// What a lane tells the store, in the order it happened.
struct PositionChanges {
  struct Define {
    Position position;
    bool at_path = false;  // this is what positions.yml shows for its path and labels
  };
  std::vector<Define> defined;
  std::vector<std::pair<uint64_t, uint64_t>> moved;  // id, offset
  std::vector<uint64_t> forgotten;
  std::vector<PositionKey> hidden;  // no longer in positions.yml
  CommitMarks marks;  // to be made before all of these
  bool empty() const { return defined.empty() && moved.empty() && forgotten.empty() && hidden.empty() && marks.empty(); }
};

/// Keeps a component's positions on disk: a journal that is written at once and synced at most once a second, and Alloy's positions.yml every 10 s and
/// at the end, with settled offsets only. Works on the disk loop; a full or broken disk is reported and retried, never waited for.
class PositionStore {
 public:
  struct Options {
    std::string directory;  // made when missing
    std::string legacy_file;
    uint64_t sync_every_ms = 1000;
    uint64_t publish_every_ms = 10'000;
  };
  /// `report` gets a problem's text, or nothing once it is over; on the disk loop.
  using Report = std::function<void(std::optional<Error>)>;

  /// Reads what is there, on the caller's thread, blocking; changes nothing. A positions.yml that makes no sense is set aside by begin(), and the registry
  /// told. Error: what is there cannot be read, and starting without it would send everything again.
  static Result<std::shared_ptr<PositionStore>> open(Loop& disk, Options options, Report report);
  ~PositionStore();

  FileRegistry& registry() { return *registry_; }
  /// Remarks of open() for the log.
  struct Note {
    std::string text;
    std::string error;  // empty: not one
  };
  const std::vector<Note>& notes() const { return notes_; }

  /// When positions were last written before this start, by us or by Alloy, in wall time; 0: never.
  int64_t last_alive_ns() const { return std::max(journal_written_ns_, import_written_ns_); }
  /// The same of what was imported; 0: nothing was.
  int64_t import_written_ns() const { return import_written_ns_; }

  /// From here on it writes. Once, before the first apply().
  void begin();
  /// Any thread.
  void apply(PositionChanges changes);
  /// Any thread: writes and syncs everything, then calls `done` on the disk loop.
  void flush(std::function<void()> done);
  static constexpr std::string_view kJournalName = "positions.journal";
  static constexpr std::string_view kPositionsName = "positions.yml";
  static constexpr std::string_view kAsideSuffix = ".broken";

 private:
  PositionStore(Loop& disk, Options options, Report report);
  Result<void> load();
  void load_positions(std::string_view text, bool has_journal, const JournalContents& journal);
  Result<void> load_legacy();
  void begin_on_disk();
  void note_changes();
  void write(const PositionChanges& changes);
  void apply_to_memory(const PositionChanges& changes);
  void sync();
  void rewrite();
  void publish();
  void note_positions_file(uint64_t hash);
  void clean_up();
  void failed(const Error& error);
  void recovered();
  std::string journal_path() const { return options_.directory + "/" + std::string(kJournalName); }
  std::string positions_path() const { return options_.directory + "/" + std::string(kPositionsName); }

  Loop& disk_;
  Options options_;
  Report report_;
  std::unique_ptr<FileRegistry> registry_;
  std::vector<Note> notes_;
  bool import_is_newer_ = false;
  bool positions_file_is_broken_ = false;
  int64_t journal_written_ns_ = 0;
  int64_t import_written_ns_ = 0;
  // From here on the disk loop's.
  std::deque<PositionChanges> waiting_;  // for marks that cannot be made now
  std::map<uint64_t, Position> positions_;
  std::map<PositionKey, uint64_t> shown_;  // what is at its path now
  PositionMap published_;                  // as positions.yml has it
  std::optional<Journal> journal_;
  uint64_t begun_ms_ = 0;
  size_t live_bytes_ = 0;
  bool rewrite_due_ = false;
  bool unsynced_ = false;
  bool failing_ = false;
  uint64_t published_hash_ = 0;
  uint64_t earlier_hash_ = 0;
  uint64_t foreign_hash_ = 0;
  bool publish_due_ = true;
  std::unique_ptr<Timer> sync_timer_;
  std::unique_ptr<Timer> publish_timer_;
};

}  // namespace invar::loki_source_file
