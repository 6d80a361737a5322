#include "src/components/discovery/file/watched_directories.h"

#include <algorithm>
#include <set>

namespace invar::discovery_file {

Result<std::unique_ptr<WatchedDirectories>> WatchedDirectories::open(Loop& loop, Listener listener) {
  std::unique_ptr<WatchedDirectories> self(new WatchedDirectories(std::move(listener)));
  auto opened = Inotify::open(loop, {.on_event = [self = self.get()](const FileEvent& event) { self->changed(event); },
                                     .on_overflow = [self = self.get()] { self->listener_.on_names(); }});
  if (!opened) return opened.error();
  self->inotify_ = std::move(*opened);
  return self;
}

void WatchedDirectories::watch(const std::vector<std::string>& directories, const std::function<void(const std::string&, const Error&)>& on_failure) {
  const std::set<std::string> wanted(directories.begin(), directories.end());
  std::set<int> used;
  for (const std::string& directory : wanted) {
    const auto known = watches_.find(directory);
    // Also those that are watched: the path may lead to another directory by now.
    const auto watch = inotify_->watch(directory, file_change::kModified | file_change::kEntries);
    if (watch) used.insert(*watch);
    else if (known == watches_.end() || known->second >= 0) on_failure(directory, watch.error());
    const int before = known == watches_.end() ? -1 : known->second;
    watches_[directory] = watch ? *watch : -1;
    if (before >= 0 && (!watch || before != *watch) && !used.contains(before)) inotify_->unwatch(before);
  }
  for (auto one = watches_.begin(); one != watches_.end();) {
    if (wanted.contains(one->first)) {
      ++one;
      continue;
    }
    if (one->second >= 0 && !used.contains(one->second)) inotify_->unwatch(one->second);
    one = watches_.erase(one);
  }
}

void WatchedDirectories::changed(const FileEvent& event) {
  if (event.changes == file_change::kGone) return;  // what led to it was told
  constexpr uint32_t kNames = file_change::kEntries | file_change::kGone;
  if (event.changes & kNames) listener_.on_names();
  else if (!event.name.empty()) listener_.on_content(event.name);
}

}  // namespace invar::discovery_file
