#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/generator/lines.h"
#include "src/base/result.h"

namespace invar::bench {

/// Writes about `megabytes` (1e6) over all pods below `directory`, and manifest.json.
Result<void> write_bulk(const std::string& directory, std::vector<Pod> pods, double megabytes, uint64_t seed);

/// The log files of running pods: appended to at a rate, rotated as the kubelet does. One thread.
class LiveTree {
 public:
  static Result<std::unique_ptr<LiveTree>> open(std::string directory, std::vector<Pod> pods, uint64_t seed);
  ~LiveTree();
  LiveTree(const LiveTree&) = delete;
  LiveTree& operator=(const LiveTree&) = delete;

  /// Writes so many records into every file.
  Result<void> append_each(int records);
  /// Appends `lines_per_second` over all files for so long; every file is rotated every `rotation_seconds` (0: never),
  /// staggered; the newest 20 rotated files are kept.
  Result<void> run(double lines_per_second, double seconds, double rotation_seconds);
  Result<void> write_manifest() const;

  uint64_t lines() const;
  uint64_t rotations() const { return rotations_; }

 private:
  LiveTree(std::string directory, std::vector<Pod> pods, uint64_t seed);
  struct File {
    LineWriter writer;
    int descriptor = -1;
    double rotated = 0;
  };
  Result<void> open_file(size_t index);
  Result<void> write(size_t index, const std::string& bytes);
  Result<void> rotate(size_t index);

  const std::string directory_;
  const uint64_t seed_;
  std::vector<Pod> pods_;
  std::vector<File> files_;
  uint64_t rotations_ = 0;
};

}  // namespace invar::bench
