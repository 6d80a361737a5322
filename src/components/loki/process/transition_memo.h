#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "src/telemetry/label_set.h"

namespace invar::loki_process {

/// A text that decides about a label: some bytes, nothing, or "what the snapshot says".
struct Piece {
  static constexpr uint32_t kAbsent = 0xffffffff;
  static constexpr uint32_t kFromSnapshot = 0xfffffffe;
  const char* data = nullptr;
  uint32_t size = kAbsent;

  static Piece of(std::string_view text) { return {text.data(), static_cast<uint32_t>(text.size())}; }
  static Piece from_snapshot() { return {nullptr, kFromSnapshot}; }
  bool has_bytes() const { return size < kFromSnapshot; }
  std::string_view text() const { return {data, size}; }
};

/// The label set that followed from a set, a snapshot and some short texts, for the combinations seen last; it grows while it misses often. What
/// is too long for it is computed each time (LabelSetTable has its own memo). Call begin() for each batch.
class TransitionMemo {
 public:
  static constexpr size_t kMaxPieces = 8;

  void begin(const LabelSetTable& table) {
    if (generation_ == table.generation()) return;
    generation_ = table.generation();
    for (Entry& entry : entries_) entry.from = nullptr;
  }

  /// `compute()` yields the set when it is not known.
  template <class Compute>
  const LabelSet* get(const LabelSet* from, const LabelSet* snapshot, std::span<const Piece> pieces, Compute&& compute) {
    size_t bytes = 0;
    uint64_t hash = mix(reinterpret_cast<uintptr_t>(from), reinterpret_cast<uintptr_t>(snapshot));
    for (const Piece& piece : pieces) {
      hash = mix(hash, piece.size);
      if (!piece.has_bytes()) continue;
      bytes += piece.size;
      hash = mix(hash, ends(piece));
    }
    if (pieces.size() > kMaxPieces || bytes > kMaxBytes) return compute();
    ++looked_up_;
    if (const Entry& known = entries_[hash >> (64 - bits_)]; known.from == from && known.snapshot == snapshot && same(known, pieces)) return known.to;
    const LabelSet* to = compute();
    consider_growth();
    Entry& entry = entries_[hash >> (64 - bits_)];
    entry.from = from;
    entry.snapshot = snapshot;
    entry.to = to;
    char* at = entry.bytes;
    for (size_t i = 0; i < pieces.size(); ++i) {
      entry.sizes[i] = pieces[i].size;
      if (!pieces[i].has_bytes() || pieces[i].size == 0) continue;
      std::memcpy(at, pieces[i].data, pieces[i].size);
      at += pieces[i].size;
    }
    return to;
  }

 private:
  static constexpr int kFewest = 5, kMost = 9;  // bits
  static constexpr size_t kMaxBytes = 120;
  struct Entry {
    const LabelSet* from = nullptr;
    const LabelSet* snapshot = nullptr;
    const LabelSet* to = nullptr;
    uint32_t sizes[kMaxPieces];
    char bytes[kMaxBytes];
  };
  static uint64_t mix(uint64_t a, uint64_t b) { return (a ^ b) * 0x9E3779B97F4A7C15ull; }
  static uint64_t ends(const Piece& piece) {
    uint64_t first = 0, last = 0;
    const size_t n = piece.size < 8 ? piece.size : 8;
    if (n == 0) return 0;
    std::memcpy(&first, piece.data, n);
    std::memcpy(&last, piece.data + piece.size - n, n);
    return first ^ (last << 1);
  }
  static bool same(const Entry& entry, std::span<const Piece> pieces) {
    const char* at = entry.bytes;
    for (size_t i = 0; i < pieces.size(); ++i) {
      if (entry.sizes[i] != pieces[i].size) return false;
      if (!pieces[i].has_bytes() || pieces[i].size == 0) continue;
      if (std::memcmp(at, pieces[i].data, pieces[i].size) != 0) return false;
      at += pieces[i].size;
    }
    return true;
  }
  /// As many misses as there are places, and more than one in eight: there are more combinations about than fit.
  void consider_growth() {
    if (++missed_ < entries_.size()) return;
    const bool often = missed_ * 8 > looked_up_;
    missed_ = looked_up_ = 0;
    if (!often || bits_ == kMost) return;
    ++bits_;
    entries_.assign(size_t{1} << bits_, Entry());
  }

  uint64_t generation_ = UINT64_MAX;
  int bits_ = kFewest;
  size_t looked_up_ = 0, missed_ = 0;
  std::vector<Entry> entries_ = std::vector<Entry>(size_t{1} << kFewest);
};

}  // namespace invar::loki_process
