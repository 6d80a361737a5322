#pragma once

#include <string_view>

#include "src/components/loki/process/slot_table.h"

namespace invar::loki_process {

/// Reads and writes extracted values under names that only the data tells: in their slot where the running program has one, beside the slots
/// otherwise. For stages that declare `writes_unknown`.
class AnyName {
 public:
  explicit AnyName(const SlotTable& slots) : slots_(slots) {}

  /// kUnset when there is no such name.
  Slot find(const Extracted& extracted, std::string_view name) const {
    const uint16_t slot = slots_.find(name);
    const Side& side = extracted.side();
    if (slot < extracted.width()) {
      const Slot& value = side.slots[slot];
      if (value.kind() == Slot::Kind::kDeleted) return {};
      if (value.kind() != Slot::Kind::kUnset) return value;
    }
    for (const Overflow* at = side.overflow; at; at = at->next)
      if (at->name == name) return at->value;
    if (const auto label = side.snapshot->find(name)) return Slot::text(*label);
    return {};
  }
  /// `name` must live as long as the row's values.
  void set(Extracted& extracted, std::string_view name, Slot value, Arena& arena) const {
    const uint16_t slot = slots_.find(name);
    if (slot < extracted.width())
      extracted.set({slot, true}, value);
    else
      extracted.set_overflow(name, value, arena);
  }

 private:
  const SlotTable& slots_;
};

}  // namespace invar::loki_process
