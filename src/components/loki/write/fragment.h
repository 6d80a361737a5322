#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/telemetry/ack.h"

namespace invar::loki_write {

/// Entries that a lane encoded in arrival order, once for all endpoints and all attempts. Filled on its lane, sealed at the end of a loop turn or at kSealBytes, and
/// read-only from then on; the delivery loop looks at no more of a run than its account. One that was read back from a spill has no runs, and the delivery loop owns it.
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
    int64_t created_ns = 0;
  };
  /// Neighbouring entries of one run, up to the next stretch.
  struct Stretch {
    uint32_t begin = 0;       // entry
    uint64_t lines = 0;       // source lines of all of them
    AckRun* run = nullptr;    // null: read back from a spill
    uint64_t account = 0;     // then: whose lines they are; 0: nobody knows any more
    bool repeatable = true;   // their source sends again what was not settled
    const void* marks_keeper = nullptr;  // of their source
    /// They may be in one record of a spill: after a kill both count, or neither.
    bool goes_with(const Stretch& other) const { return repeatable == other.repeatable && marks_keeper == other.marks_keeper; }
  };

  size_t lane = 0;
  std::string bytes;  // fields 2 of Loki's Stream message, back to back, behind `head` others
  std::vector<Entry> entries;
  std::vector<Stream> streams;
  std::vector<Stretch> stretches;
  bool shared = false;     // some rows go to other destinations too
  uint64_t record = 0;     // of the spill that holds it; 0: it is in memory only
  size_t head = 0;         // bytes in front of the first entry, where it was read back

  const Stretch& stretch_of(uint32_t entry) const {
    return std::upper_bound(stretches.begin(), stretches.end(), entry, [](uint32_t e, const Stretch& s) { return e < s.begin; })[-1];
  }
  size_t begin_of(size_t entry) const { return entry == 0 ? head : entries[entry - 1].end; }
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

/// Calls `act(stretch, rows, lines)` for each stretch that the piece has entries of.
template <class Act>
void for_each_stretch(const Piece& piece, Act act) {
  const Fragment& fragment = *piece.fragment;
  const auto& all = fragment.stretches;
  auto stretch = std::upper_bound(all.begin(), all.end(), piece.first, [](uint32_t entry, const Fragment::Stretch& s) { return entry < s.begin; });
  for (uint32_t at = piece.first; at < piece.last; ++stretch) {
    const uint32_t whole_end = stretch == all.end() ? static_cast<uint32_t>(fragment.entries.size()) : stretch->begin;
    const Fragment::Stretch& current = stretch[-1];
    const uint32_t end = std::min(piece.last, whole_end);
    uint64_t lines = current.lines;
    if (at != current.begin || end != whole_end) {
      lines = 0;
      for (uint32_t i = at; i < end; ++i) lines += fragment.entries[i].source_lines;
    }
    act(current, end - at, lines);
    at = end;
  }
}

}  // namespace invar::loki_write
