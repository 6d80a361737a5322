#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "src/io/loop.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"

namespace invar {

/// The file of entries that destinations refused for good, as JSON lines. Of two files at most: when one has half of the bytes it becomes `<path>.1`, in the place of
/// the one before. A disk that does not take them costs the letters, never the delivery; it is said once, and counted.
class DeadLetters {
 public:
  DeadLetters(Loop& disk, std::string path, uint64_t max_bytes, Logger log, MetricRegistry& metrics);
  /// After the disk loop has run what was posted to it.
  ~DeadLetters();
  DeadLetters(const DeadLetters&) = delete;

  /// `count` JSON objects, each with a newline. Any thread.
  void write(std::string lines, uint64_t count);

 private:
  struct OnDisk;
  Loop& disk_;
  std::shared_ptr<OnDisk> on_disk_;
};

}  // namespace invar
