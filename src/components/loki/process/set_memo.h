#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "src/telemetry/label_set.h"

namespace invar::loki_process {

/// What a stage found out about a label set, for the sets it sees most: a cache of two ways that grows while it misses often. Call begin() for each
/// batch: pointers of freed sets may come back for others.
template <class T>
class SetMemo {
 public:
  void begin(const LabelSetTable& table) {
    if (generation_ == table.generation()) return;
    generation_ = table.generation();
    for (Entry& entry : entries_) entry.set = nullptr;
  }
  /// The value remembered for `set`; nullptr when there is none. Valid until the next put().
  T* find(const LabelSet* set) {
    ++looked_up_;
    Entry* const ways = &entries_[place(set)];
    if (ways[0].set == set) return &ways[0].value;
    return ways[1].set == set ? &ways[1].value : nullptr;
  }
  T& put(const LabelSet* set, T value) {
    consider_growth();
    return insert({set, std::move(value)});
  }

 private:
  struct Entry {
    const LabelSet* set = nullptr;
    T value{};
  };
  static constexpr int kFewest = 6, kMost = 12;  // bits

  /// Of the first way.
  size_t place(const LabelSet* set) const { return (reinterpret_cast<uintptr_t>(set) * 0x9E3779B97F4A7C15ull) >> (64 - bits_) & ~size_t{1}; }
  /// The one that came before last goes.
  T& insert(Entry entry) {
    Entry* const ways = &entries_[place(entry.set)];
    if (ways[0].set != entry.set) ways[1] = std::move(ways[0]);
    ways[0] = std::move(entry);
    return ways[0].value;
  }

  /// As many misses as there are places, and more than one in eight: there are more sets about than fit.
  void consider_growth() {
    if (++missed_ < entries_.size()) return;
    const bool often = missed_ * 8 > looked_up_;
    missed_ = looked_up_ = 0;
    if (!often || bits_ == kMost) return;
    std::vector<Entry> old(entries_.size() * 2);
    old.swap(entries_);
    ++bits_;
    for (Entry& entry : old)
      if (entry.set) insert(std::move(entry));
  }

  uint64_t generation_ = UINT64_MAX;
  int bits_ = kFewest;
  size_t looked_up_ = 0, missed_ = 0;
  std::vector<Entry> entries_ = std::vector<Entry>(size_t{1} << kFewest);
};

}  // namespace invar::loki_process
