#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/io/file.h"
#include "src/io/loop.h"

namespace invar {

/// What happened to a watched file or to an entry of a watched directory; bits may be combined.
namespace file_change {
inline constexpr uint32_t kModified = 1;    // bytes or size
inline constexpr uint32_t kAttributes = 2;  // also: the last link went
inline constexpr uint32_t kClosed = 4;      // by a writer
inline constexpr uint32_t kMovedFrom = 8;
inline constexpr uint32_t kMovedTo = 16;
inline constexpr uint32_t kCreated = 32;
inline constexpr uint32_t kDeleted = 64;
inline constexpr uint32_t kSelfDeleted = 128;
inline constexpr uint32_t kSelfMoved = 256;
inline constexpr uint32_t kGone =
    512;  // the watch itself ended: deleted, unmounted or unwatched; its id may come again
inline constexpr uint32_t kContent = kModified | kAttributes | kSelfDeleted | kSelfMoved;
inline constexpr uint32_t kEntries = kMovedFrom | kMovedTo | kCreated | kDeleted | kSelfDeleted | kSelfMoved;
}  // namespace file_change

struct FileEvent {
  int watch = 0;          // as returned by watch()
  uint32_t changes = 0;   // file_change bits
  uint32_t cookie = 0;    // ties kMovedFrom to its kMovedTo
  std::string_view name;  // of the directory's entry; empty for the watched thing itself; valid during the call
  bool is_directory = false;
};

/// One inotify instance on a loop. It tells of changes faster than polling would, nothing more: after on_overflow
/// everything has to be looked at afresh, and where watch() fails the user polls.
class Inotify {
 public:
  struct Listener {
    std::function<void(const FileEvent&)> on_event;
    std::function<void()> on_overflow;  // events were lost
  };
  /// Fails with reason "watch_limit" when the user's instances are used up.
  static Result<std::unique_ptr<Inotify>> open(Loop& loop, Listener listener);
  ~Inotify();

  /// Watching a path (followed through links) whose inode is watched already adds the wanted changes and returns the
  /// same id. Fails with reason "watch_limit" when the kernel's limit is reached.
  Result<int> watch(const std::string& path, uint32_t changes);
  /// Ends a watch; unknown ids are ignored.
  void unwatch(int watch);

 private:
  struct Inside;
  explicit Inotify(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace invar
