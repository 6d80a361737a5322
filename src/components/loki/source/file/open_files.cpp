#include "src/components/loki/source/file/open_files.h"

#include <algorithm>
#include <atomic>

#include "src/io/process_stats.h"

namespace invar::loki_source_file {
namespace {

constexpr size_t kFewest = 8;
std::atomic<size_t> taken{0};

/// What the process's limit leaves beyond what is open at the start and what sockets, positions and others may come to need.
size_t share_of_process() {
  constexpr uint64_t kFewestOthers = 64, kMostOthers = 1024;
  const ProcessStats process = read_process_stats();
  const uint64_t others = process.open_fds + std::clamp<uint64_t>(process.max_fds / 4, kFewestOthers, kMostOthers);
  return std::max<size_t>(process.max_fds - std::min(others, process.max_fds), kFewest);
}

}  // namespace

size_t OpenSlot::limit() {
  static const size_t limit = share_of_process();
  return limit;
}

OpenSlot OpenSlot::take() {
  OpenSlot slot;
  if (taken.fetch_add(1, std::memory_order_relaxed) < limit()) slot.taken_ = true;
  else taken.fetch_sub(1, std::memory_order_relaxed);
  return slot;
}

OpenSlot OpenSlot::take_beyond() {
  OpenSlot slot;
  taken.fetch_add(1, std::memory_order_relaxed);
  slot.taken_ = true;
  return slot;
}

bool OpenSlot::available() { return taken.load(std::memory_order_relaxed) < limit(); }

void OpenSlot::release() {
  if (std::exchange(taken_, false)) taken.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace invar::loki_source_file
