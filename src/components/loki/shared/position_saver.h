#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "src/base/commit_mark.h"
#include "src/io/loop.h"

namespace invar {

/// Keeps on disk behind what a source is settled: notes changes in the order they came, and has the whole written after each. What queues on disk have taken over is
/// theirs from then on, and in the same step not the source's any more: their marks are made right before the new file takes the place of the old one. A full or broken
/// disk is reported and tried again, never waited for. Made anywhere; destroyed on the disk loop.
class PositionSaver {
 public:
  /// Makes the marks of all that is noted.
  using MakeMarks = std::function<Result<void>()>;
  /// Replaces the files by what is noted, the first of them with `make_marks` in the step that does so; on the disk loop.
  using Write = std::function<Result<void>(const MakeMarks& make_marks)>;
  /// Gets a problem, or nothing once it is over; on the disk loop.
  using Report = std::function<void(std::optional<Error>)>;
  static constexpr uint64_t kRetryMs = 1000;

  /// `directory` of the files is made when missing.
  PositionSaver(Loop& disk, std::string directory, Write write, Report report)
      : disk_(disk), directory_(std::move(directory)), write_(std::move(write)), report_(std::move(report)) {}

  /// Any thread. `note` is called on the disk loop, then all is written.
  void put(CommitMarks marks, std::function<void()> note);
  /// Any thread. Calls `done` on the disk loop behind all that was put before, whether the disk took it or not.
  void flush(std::function<void()> done);
  /// On the disk loop: writes what is noted, for a change that no mark goes with.
  void save();

 private:
  Loop& disk_;
  const std::string directory_;
  const Write write_;
  const Report report_;
  // The disk loop's.
  CommitMarks marks_;  // of what is noted and not written
  std::unique_ptr<Timer> retry_timer_;
  bool failing_ = false;
};

/// Owns a store whose calls are posted to `loop`: the last owner may be on any thread, the store ends on the loop, behind everything posted before.
template <class Store>
std::shared_ptr<Store> ends_on(Loop& loop, Store* store) {
  return {store, [&loop](Store* store) { loop.post([store] { delete store; }); }};
}

}  // namespace invar
