#pragma once

#include <array>
#include <cstdint>

#include "src/telemetry/label_set.h"

namespace invar::loki_process {

/// What a stage found out about a label set, for the sets it sees most: a small direct-mapped cache. Call begin() for each batch: pointers of freed
/// sets may come back for others.
template <class T>
class SetMemo {
 public:
  void begin(const LabelSetTable& table) {
    if (generation_ == table.generation()) return;
    generation_ = table.generation();
    for (Entry& entry : entries_) entry.set = nullptr;
  }
  /// The value remembered for `set`; nullptr when there is none.
  T* find(const LabelSet* set) {
    Entry& entry = entries_[place(set)];
    return entry.set == set ? &entry.value : nullptr;
  }
  T& put(const LabelSet* set, T value) {
    Entry& entry = entries_[place(set)];
    entry.set = set;
    entry.value = std::move(value);
    return entry.value;
  }

 private:
  struct Entry {
    const LabelSet* set = nullptr;
    T value{};
  };
  static constexpr size_t kEntries = 64;
  static size_t place(const LabelSet* set) {
    return (reinterpret_cast<uintptr_t>(set) * 0x9E3779B97F4A7C15ull) >> (64 - 6);
  }
  uint64_t generation_ = UINT64_MAX;
  std::array<Entry, kEntries> entries_;
};

}  // namespace invar::loki_process
