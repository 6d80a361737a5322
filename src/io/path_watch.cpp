#include "src/io/path_watch.h"

#include <filesystem>

namespace invar {

PathWatch::PathWatch(Loop& loop, std::string path, uint64_t settle_ms, std::function<void()> on_change)
    : loop_(loop),
      path_(std::move(path)),
      settle_ms_(settle_ms),
      on_change_(std::move(on_change)),
      settle_(loop, [this] {
        watch();  // what was replaced is watched anew
        on_change_();
      }) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  const std::filesystem::path whole(path_);
  parent_ = whole.parent_path().empty() ? "." : whole.parent_path().string();
  name_ = whole.filename();
  watch();
}

PathWatch::~PathWatch() = default;

void PathWatch::watch() {
  auto opened = Inotify::open(loop_, {.on_event = [this](const FileEvent& event) { note(event); },
                                      .on_overflow = [this] { settle_.start(settle_ms_); }});
  inotify_.reset();
  parent_watch_ = -1;
  if (!opened) return;
  inotify_ = std::move(*opened);
  constexpr uint32_t kAll = file_change::kContent | file_change::kEntries;
  // The path itself may be missing now, or lie in a directory that may not be listed: each watch counts for itself.
  if (const auto parent = inotify_->watch(parent_, kAll)) parent_watch_ = *parent;
  (void)inotify_->watch(path_, kAll);
}

void PathWatch::note(const FileEvent& event) {
  // Neighbours do not count, but for the links that a volume of Kubernetes swaps.
  const bool neighbour = event.watch == parent_watch_ && !event.name.empty() && event.name != name_ && !event.name.starts_with("..");
  if (neighbour || settle_.active()) return;
  settle_.start(settle_ms_);
}

}  // namespace invar
