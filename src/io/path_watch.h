#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "src/io/inotify.h"
#include "src/io/loop.h"

namespace invar {

/// Tells that a file, or the files directly in a directory, may have changed: written, replaced, created, removed, or swapped behind a link as Kubernetes does with
/// `..data`. Tells once per burst, `settle_ms` after its beginning. Where the kernel gives no more watches it tells nothing: who must know polls too. On its loop.
class PathWatch {
 public:
  PathWatch(Loop& loop, std::string path, uint64_t settle_ms, std::function<void()> on_change);
  ~PathWatch();
  PathWatch(const PathWatch&) = delete;
  PathWatch& operator=(const PathWatch&) = delete;

 private:
  void watch();
  void note(const FileEvent& event);
  Loop& loop_;
  std::string path_, parent_, name_;
  uint64_t settle_ms_;
  std::function<void()> on_change_;
  Timer settle_;
  std::unique_ptr<Inotify> inotify_;
  int parent_watch_ = -1;
};

}  // namespace invar
