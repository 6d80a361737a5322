#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/file/file_lane.h"
#include "src/language/target.h"

namespace invar::loki_source_file {

/// Which readers each path should have, on which lane, and what changed since the last targets. Work is in proportion to what changed, but for one look-up
/// per target: targets that are the same object are not looked into. On main.
class PathTable {
 public:
  explicit PathTable(size_t lanes) : paths_on_lane_(lanes) {}

  struct Wanted {
    SharedText path;
    Target target;
  };
  struct Change {
    size_t lane = 0;
    PathTargets path;
  };
  /// The paths whose readers differ from before, each with all its readers. A new path goes to the lane that has the fewest; all generations of a file
  /// are read there, also when its target goes and comes back.
  std::vector<Change> update(std::vector<Wanted> wanted);
  bool empty() const { return paths_.empty(); }
  bool contains(const SharedText& path) const { return paths_.contains(path); }
  /// All readers, by path.
  std::vector<std::shared_ptr<const TrailStatus>> statuses() const;

 private:
  struct Path {
    size_t lane = 0;
    std::vector<Target> targets;  // as given, to compare with
    std::vector<Target> next;
    std::vector<std::shared_ptr<TrailStatus>> readers;
    uint64_t round = 0;
  };
  PathTargets resolve(const SharedText& path, Path& state);
  size_t lane_for(const SharedText& path);
  void remember(const SharedText& path, size_t lane);

  std::unordered_map<SharedText, Path> paths_;
  std::vector<size_t> paths_on_lane_;
  // Where paths were that went: what was sent of them may not be settled yet.
  std::unordered_map<uint64_t, size_t> lane_before_;
  std::deque<uint64_t> gone_;
  uint64_t round_ = 0;
};

/// `{a="b", c="d"}` without labels that begin with `__`: what Alloy keys positions by.
std::string public_labels_text(const Target& target);

}  // namespace invar::loki_source_file
