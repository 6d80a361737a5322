#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/file/file_lane.h"
#include "src/language/target.h"

namespace invar::loki_source_file {

/// Which readers each path should have, and what changed since the last targets. Work is in proportion to what changed, but for one look-up per target:
/// targets that are the same object are not looked into. On main.
class PathTable {
 public:
  struct Wanted {
    std::string path;
    Target target;
  };
  /// The paths whose readers differ from before, each with all its readers.
  std::vector<PathTargets> update(std::vector<Wanted> wanted);
  bool empty() const { return paths_.empty(); }
  bool contains(const std::string& path) const { return paths_.contains(path); }
  /// All readers, by path.
  std::vector<std::shared_ptr<const TrailStatus>> statuses() const;

 private:
  struct Path {
    std::vector<Target> targets;  // as given, to compare with
    std::vector<Target> next;
    std::vector<std::shared_ptr<TrailStatus>> readers;
    uint64_t round = 0;
  };
  PathTargets resolve(const std::string& path, Path& state);
  std::unordered_map<std::string, Path> paths_;
  uint64_t round_ = 0;
};

/// `{a="b", c="d"}` without labels that begin with `__`: what Alloy keys positions by.
std::string public_labels_text(const Target& target);

}  // namespace invar::loki_source_file
