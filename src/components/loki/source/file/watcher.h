#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
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
    files_.emplace(*watch, &trail);
    return *watch;
  }
  void unwatch_file(int watch, Trail& trail) {
    erase(files_, watch, trail);
    if (!files_.contains(watch) && inotify_) inotify_->unwatch(watch);
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
    directories_[known->second].names.emplace(hash_of(name), &trail);
    return {};
  }
  void unwatch_name(const std::string& directory, const std::string& name, Trail& trail) {
    const auto known = by_path_.find(directory);
    if (known == by_path_.end()) return;
    const int watch = known->second;
    Directory& entry = directories_[watch];
    erase(entry.names, hash_of(name), trail);
    if (entry.names.empty()) {
      drop_directory(watch);
      inotify_->unwatch(watch);
    }
  }

 private:
  /// Trails by the hash of the name they want to hear of: two names with one hash only make a look too many.
  using Names = std::unordered_multimap<size_t, Trail*>;
  struct Directory {
    std::vector<std::string> paths;
    Names names;
  };

  static size_t hash_of(std::string_view name) { return std::hash<std::string_view>()(name); }

  template <class Map, class Key>
  static void erase(Map& map, const Key& key, Trail& trail) {
    const auto [first, last] = map.equal_range(key);
    for (auto entry = first; entry != last; ++entry)
      if (entry->second == &trail) return void(map.erase(entry));
  }
  template <class Map, class Key>
  static std::vector<Trail*> all_of(const Map& map, const Key& key) {
    std::vector<Trail*> trails;
    const auto [first, last] = map.equal_range(key);
    for (auto entry = first; entry != last; ++entry) trails.push_back(entry->second);
    return trails;
  }

  void drop_directory(int watch) {
    const auto found = directories_.find(watch);
    if (found == directories_.end()) return;
    for (const std::string& path : found->second.paths) by_path_.erase(path);
    directories_.erase(found);
  }

  void handle(const FileEvent& event) {
    if (files_.contains(event.watch)) {
      const std::vector<Trail*> trails = all_of(files_, event.watch);
      if (event.changes & file_change::kGone) files_.erase(event.watch);
      for (Trail* trail : trails) listener_.on_touched(*trail);
      return;
    }
    const auto directory = directories_.find(event.watch);
    if (directory == directories_.end()) return;
    if (event.changes & (file_change::kGone | file_change::kSelfDeleted | file_change::kSelfMoved)) {
      std::vector<Trail*> trails;
      for (const auto& [name, trail] : directory->second.names) trails.push_back(trail);
      drop_directory(event.watch);
      if (!(event.changes & file_change::kGone)) inotify_->unwatch(event.watch);
      for (Trail* trail : trails) listener_.on_gone(*trail);
      return;
    }
    for (Trail* trail : all_of(directory->second.names, hash_of(event.name))) listener_.on_renamed(*trail);
  }

  Listener listener_;
  std::unique_ptr<Inotify> inotify_;
  std::unordered_multimap<int, Trail*> files_;
  std::unordered_map<int, Directory> directories_;
  std::unordered_map<std::string, int> by_path_;
};

}  // namespace invar::loki_source_file
