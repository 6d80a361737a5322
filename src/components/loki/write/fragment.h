#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/telemetry/ack.h"

namespace invar::loki_write {

/// Entries that a lane encoded in arrival order, once for all endpoints and all attempts. Filled on its lane, sealed at the end of a loop turn or at kSealBytes, and
/// read-only from then on; the delivery loop never looks behind an entry's ack pointer.
struct Fragment {
  static constexpr size_t kSealBytes = 256 * 1024;

  struct Stream {
    std::string labels;                 // Loki text
    std::optional<std::string> tenant;  // of __tenant_id__
    uint64_t hash = 0;                  // modulo the number of shards is its shard
  };
  struct Entry {
    uint32_t end = 0;      // of its bytes
    uint32_t stream = 0;   // index into streams
    uint32_t counted = 0;  // what it adds to batch_size: line and metadata
    uint32_t source_lines = 0;
    AckRun* ack = nullptr;
    int64_t created_ns = 0;
  };

  size_t lane = 0;
  std::string bytes;  // fields 2 of Loki's Stream message, back to back
  std::vector<Entry> entries;
  std::vector<Stream> streams;

  size_t begin_of(size_t entry) const { return entry == 0 ? 0 : entries[entry - 1].end; }
  /// Forgets everything but keeps the memory, unless an outsized line made it huge.
  void recycle();
};
using FragmentPtr = std::shared_ptr<Fragment>;

/// Entries [first, last) of a fragment.
struct Piece {
  FragmentPtr fragment;
  uint32_t first = 0;
  uint32_t last = 0;
  uint32_t size() const { return last - first; }
};

}  // namespace invar::loki_write
