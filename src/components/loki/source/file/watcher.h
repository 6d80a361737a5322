#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/result.h"
#include "src/io/inotify.h"

namespace invar::loki_source_file {

/// Inotify as trails need it: a watch on a file tells that there may be something to read, a watch on a name in a directory that the path may lead
/// elsewhere. Any number of trails share a watch. Where watching fails, the user polls. On the lane.
template <class Trail>
class Watcher {
 public:
  struct Listener {
    std::function<void(Trail&)> on_touched;  // the watched file changed
    std::function<void(Trail&)> on_renamed;  // its name was taken away or given anew
    std::function<void(Trail&)> on_gone;     // the watch on its directory ended
    std::function<void()> on_lost;           // events were lost: look at everything
  };

  explicit Watcher(Listener listener) : listener_(std::move(listener)) {}

  Result<void> open(Loop& loop) {
    auto opened = Inotify::open(loop, {[this](const FileEvent& event) { handle(event); }, [this] { listener_.on_lost(); }});
    if (!opened) return opened.error();
    inotify_ = std::move(*opened);
    return {};
  }

  /// The id of the watch, for unwatch_file.
  Result<int> watch_file(const std::string& path, Trail& trail) {
    if (!inotify_) return Error{"inotify is not available", "watch_limit"};
    const auto watch = inotify_->watch(path, file_change::kContent);
    if (!watch) return watch.error();
    files_[*watch].push_back(&trail);
    return *watch;
  }
  void unwatch_file(int watch, Trail& trail) {
    const auto found = files_.find(watch);
    if (found == files_.end()) return;
    std::erase(found->second, &trail);
    if (!found->second.empty()) return;
    files_.erase(found);
    inotify_->unwatch(watch);
  }

  Result<void> watch_name(const std::string& directory, const std::string& name, Trail& trail) {
    if (!inotify_) return Error{"inotify is not available", "watch_limit"};
    auto known = by_path_.find(directory);
    if (known == by_path_.end()) {
      const auto watch = inotify_->watch(directory, file_change::kEntries);
      if (!watch) return watch.error();
      known = by_path_.emplace(directory, *watch).first;
      directories_[*watch].paths.push_back(directory);
    }
    directories_[known->second].names[name].push_back(&trail);
    return {};
  }
  void unwatch_name(const std::string& directory, const std::string& name, Trail& trail) {
    const auto known = by_path_.find(directory);
    if (known == by_path_.end()) return;
    const int watch = known->second;
    Directory& entry = directories_[watch];
    if (const auto found = entry.names.find(name); found != entry.names.end()) {
      std::erase(found->second, &trail);
      if (found->second.empty()) entry.names.erase(found);
    }
    if (entry.names.empty()) {
      drop_directory(watch);
      inotify_->unwatch(watch);
    }
  }

 private:
  struct Directory {
    std::vector<std::string> paths;
    std::unordered_map<std::string, std::vector<Trail*>> names;
  };

  void drop_directory(int watch) {
    const auto found = directories_.find(watch);
    if (found == directories_.end()) return;
    for (const std::string& path : found->second.paths) by_path_.erase(path);
    directories_.erase(found);
  }

  void handle(const FileEvent& event) {
    if (const auto file = files_.find(event.watch); file != files_.end()) {
      const std::vector<Trail*> trails = file->second;
      if (event.changes & file_change::kGone) files_.erase(file);
      for (Trail* trail : trails) listener_.on_touched(*trail);
      return;
    }
    const auto directory = directories_.find(event.watch);
    if (directory == directories_.end()) return;
    if (event.changes & (file_change::kGone | file_change::kSelfDeleted | file_change::kSelfMoved)) {
      std::vector<Trail*> trails;
      for (const auto& [name, watching] : directory->second.names) trails.insert(trails.end(), watching.begin(), watching.end());
      drop_directory(event.watch);
      if (!(event.changes & file_change::kGone)) inotify_->unwatch(event.watch);
      for (Trail* trail : trails) listener_.on_gone(*trail);
      return;
    }
    const auto name = directory->second.names.find(std::string(event.name));
    if (name == directory->second.names.end()) return;
    const std::vector<Trail*> trails = name->second;
    for (Trail* trail : trails) listener_.on_renamed(*trail);
  }

  Listener listener_;
  std::unique_ptr<Inotify> inotify_;
  std::unordered_map<int, std::vector<Trail*>> files_;
  std::unordered_map<int, Directory> directories_;
  std::unordered_map<std::string, int> by_path_;
};

}  // namespace invar::loki_source_file
