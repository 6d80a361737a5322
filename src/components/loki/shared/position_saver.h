#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "src/base/commit_mark.h"
#include "src/io/loop.h"

namespace invar {

/// Keeps on disk behind what a source is settled: notes changes in the order they came, each once the queues on disk that took its lines over are marked, and has the
/// whole written after each. A full or broken disk is reported and tried again, never waited for. Made anywhere; destroyed on the disk loop.
class PositionSaver {
 public:
  /// Replaces the files by what is noted; on the disk loop.
  using Write = std::function<Result<void>()>;
  /// Gets a problem, or nothing once it is over; on the disk loop.
  using Report = std::function<void(std::optional<Error>)>;
  static constexpr uint64_t kRetryMs = 1000;

  /// `directory` of the files is made when missing.
  PositionSaver(Loop& disk, std::string directory, Write write, Report report)
      : disk_(disk), directory_(std::move(directory)), write_(std::move(write)), report_(std::move(report)) {}

  /// Any thread. `note` is called on the disk loop once `marks` are made, then all is written.
  void put(CommitMarks marks, std::function<void()> note);
  /// Any thread. Calls `done` on the disk loop behind all that was put before, whether the disk took it or not.
  void flush(std::function<void()> done);
  /// On the disk loop: writes what is noted, for a change that no mark goes with.
  void save();

 private:
  Result<void> note_all();

  struct Change {
    CommitMarks marks;
    std::function<void()> note;
  };
  Loop& disk_;
  const std::string directory_;
  const Write write_;
  const Report report_;
  // The disk loop's.
  std::deque<Change> waiting_;
  std::unique_ptr<Timer> retry_timer_;
  bool failing_ = false;
};

/// Owns a store whose calls are posted to `loop`: the last owner may be on any thread, the store ends on the loop, behind everything posted before.
template <class Store>
std::shared_ptr<Store> ends_on(Loop& loop, Store* store) {
  return {store, [&loop](Store* store) { loop.post([store] { delete store; }); }};
}

}  // namespace invar
