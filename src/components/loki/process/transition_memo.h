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

/// What followed from a set, a snapshot and some short texts, for the combinations seen last: a cache of two ways that grows to 2^kMost places while it misses often.
/// What is too long for it is computed each time.
template <class To, int kMost>
class PieceMemo {
 public:
  static constexpr size_t kMaxPieces = 8;
  static constexpr size_t kMaxBytes = 120;

  /// For each batch, where it holds label sets: pointers of freed ones may come back for others.

  void begin(const LabelSetTable& table) {
    if (generation_ == table.generation()) return;
    generation_ = table.generation();
    for (Entry& entry : entries_) entry.from = nullptr;
  }

  /// `compute()` yields it when it is not known. `from` is not null.
  template <class Compute>
  To get(const LabelSet* from, const LabelSet* snapshot, std::span<const Piece> pieces, Compute&& compute) {
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
    for (const Entry* known = &entries_[place(hash)], * const end = known + 2; known < end; ++known)
      if (known->from == from && known->snapshot == snapshot && same(*known, pieces)) return known->to;
    To to = compute();
    consider_growth();
    Entry* const ways = &entries_[place(hash)];
    ways[1] = ways[0];  // the one that came before last goes
    Entry& entry = ways[0];
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
  static constexpr int kFewest = 5;  // bits
  struct Entry {
    const LabelSet* from = nullptr;
    const LabelSet* snapshot = nullptr;
    To to{};
    uint32_t sizes[kMaxPieces];
    char bytes[kMaxBytes];
  };
  /// Of the first of two ways.
  size_t place(uint64_t hash) const { return hash >> (64 - bits_) & ~uint64_t{1}; }
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

/// The label set that followed (LabelSetTable has a memo of its own for what is too long).
using TransitionMemo = PieceMemo<const LabelSet*, 11>;

}  // namespace invar::loki_process
