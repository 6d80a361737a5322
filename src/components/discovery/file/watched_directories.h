#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/inotify.h"

namespace invar::discovery_file {

/// Watches of directories, as many as are wanted at a time. On one loop.
class WatchedDirectories {
 public:
  struct Listener {
    std::function<void(std::string_view name)> on_content;  // of the file of that name
    std::function<void()> on_names;                         // files or directories came or went, or who knows what
  };
  /// Error: there are no watches to be had.
  static Result<std::unique_ptr<WatchedDirectories>> open(Loop& loop, Listener listener);

  /// From now on these and no others. `on_failure`: of each that cannot be watched, at the first time.
  void watch(const std::vector<std::string>& directories, const std::function<void(const std::string&, const Error&)>& on_failure);

 private:
  explicit WatchedDirectories(Listener listener) : listener_(std::move(listener)) {}
  void changed(const FileEvent& event);

  Listener listener_;
  std::unique_ptr<Inotify> inotify_;
  std::map<std::string, int> watches_;  // -1: cannot be watched
};

}  // namespace invar::discovery_file
