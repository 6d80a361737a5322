#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "src/components/loki/shared/shared_text.h"
#include "src/runtime/metrics.h"

namespace invar::loki_source_file {

/// What a component's metrics say of one path. Written on the path's lane, read when somebody scrapes.
class PathFigures {
 public:
  explicit PathFigures(SharedText path) : path_(std::move(path)) {}

  void set_size(uint64_t bytes) { size_.store(bytes, std::memory_order_relaxed); }
  /// `lines` were sent, up to `offset` of a file of `size` bytes.
  void add(uint64_t lines, uint64_t offset, uint64_t size);
  /// The file is not read any more: its series are gone until something new is read.
  void clear();

 private:
  friend class FiguresTable;
  static constexpr uint64_t kUnknown = UINT64_MAX;
  const SharedText path_;
  std::atomic<uint64_t> lines_{kUnknown};
  std::atomic<uint64_t> read_{kUnknown};
  std::atomic<uint64_t> size_{kUnknown};
};

/// The figures of all paths of a component, as three metric families: a path costs a few words instead of three series. Any thread.
class FiguresTable {
 public:
  /// Series exist as long as the figures of their path.
  std::shared_ptr<PathFigures> make(const SharedText& path);
  static void collect(const std::shared_ptr<FiguresTable>& table, MetricScope& scope);

 private:
  void sample(std::atomic<uint64_t> PathFigures::* figure, std::vector<Sample>& samples);
  std::mutex mutex_;
  std::list<std::weak_ptr<PathFigures>> paths_;
};

}  // namespace invar::loki_source_file
