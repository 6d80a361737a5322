#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

struct sd_journal;

namespace invar::loki_source_journal {

/// A journal opened with libsystemd, standing between two entries or on one. All calls may read files, and none waits for anything else. Belongs to the thread that
/// opened it, as sd-journal(3) wants. Errors have Alloy's words: the function that failed, and why.
class SystemdJournal {
 public:
  struct Place {
    std::string directory;             // empty: this machine's journal
    std::vector<std::string> matches;  // FIELD=VALUE; several for one field are alternatives
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct Field {
    std::string_view name, value;
  };
  /// The longest value that is read as a whole when the journal has it compressed.
  static constexpr size_t kMaxValue = 64u << 20;

  /// Reason of the error of a cursor that is none.
  static constexpr std::string_view kBadCursor = "bad_cursor";

  static Result<std::unique_ptr<SystemdJournal>> open(const Place& place);
  ~SystemdJournal();
  SystemdJournal(const SystemdJournal&) = delete;

  /// Whether libsystemd found a journal file that it can read.
  bool has_files() const;

  /// The next entry is the first one received at `realtime_us` or later, in microseconds since the epoch; 0: the oldest.
  Result<void> seek_time(uint64_t realtime_us);
  /// The next entry is the one behind the cursor's, or what has taken its place. When that is older than `not_before_us`, as seek_time(not_before_us).
  Result<void> seek_behind(const std::string& cursor, uint64_t not_before_us);
  /// The next entry is the cursor's, or what has taken its place.
  Result<void> seek_to(const std::string& cursor);

  /// Moves to the next entry; false: there is none yet.
  Result<bool> next();

  // Of the entry it stands on.
  /// The next field, valid until the next call; nullopt behind the last one. Fields that cannot be decompressed are left out.
  Result<std::optional<Field>> field();
  Result<std::string> cursor() const;
  /// When it was received, in microseconds since the epoch.
  Result<uint64_t> realtime_us() const;

  /// A descriptor to wait on for changes, then call take_changes(). Error: the system has no more inotify instances.
  Result<int> watch();
  Result<void> take_changes();
  /// Whether the descriptor tells of all changes; it does not on network file systems.
  bool watch_is_reliable() const;

 private:
  explicit SystemdJournal(sd_journal* journal) : journal_(journal) {}
  Result<bool> step();
  sd_journal* journal_;
  bool unread_ = false;  // it stands on an entry that next() has yet to tell of
};

}  // namespace invar::loki_source_journal
