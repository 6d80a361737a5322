#include "src/components/loki/process/held_row.h"

#include "src/components/loki/process/slot_table.h"

namespace invar::loki_process {

size_t HeldRow::copy(std::string_view text) {
  const size_t begin = bytes_.size();
  bytes_.append(text);
  return begin;
}

HeldRow::KeptSlot HeldRow::kept(const Slot& slot) {
  if (slot.kind() != Slot::Kind::kText) return {slot};
  return {slot, copy(slot.as_text()), slot.as_text().size()};
}

Slot HeldRow::restored(const KeptSlot& slot, Arena& arena) const {
  if (slot.value.kind() != Slot::Kind::kText) return slot.value;
  return Slot::text(arena.copy(view(slot.begin, slot.size)));
}

void HeldRow::keep(const LogRow& row, const Side* side, uint16_t width) {
  clear();
  row_ = row;
  labels_ = LabelSetPin(row.labels);
  if (row.metadata)
    for (const Label& pair : row.metadata->pairs)
      pairs_.push_back({copy(pair.name), pair.name.size(), copy(pair.value), pair.value.size()});
  if (!side) return;
  snapshot_ = LabelSetPin(side->snapshot);
  for (uint16_t i = 0; i < width; ++i) slots_.push_back(kept(side->slots[i]));
  for (const Overflow* at = side->overflow; at; at = at->next)
    overflow_.push_back({copy(at->name), at->name.size(), kept(at->value)});
}

void HeldRow::give_back() {
  if (row_.ack) settle(*row_.ack, Settled::kReturned, 1, row_.source_lines);
  clear();
}

void HeldRow::clear() {
  bytes_.clear();
  slots_.clear();
  overflow_.clear();
  pairs_.clear();
  labels_.reset();
  snapshot_.reset();
  row_ = LogRow{};
}

LogRow HeldRow::release(std::string_view line, uint16_t depth, Work& work, Side& side) {
  Arena& arena = work.arena;
  LogRow row = row_;
  row.line = arena.copy(line);
  row.flags = depth;
  row.metadata = nullptr;
  if (!pairs_.empty()) {
    auto pairs = arena.array<Label>(pairs_.size());
    for (size_t i = 0; i < pairs_.size(); ++i)
      pairs[i] = {arena.copy(view(pairs_[i].name, pairs_[i].name_size)), arena.copy(view(pairs_[i].value, pairs_[i].value_size))};
    row.metadata = arena.make<Metadata>(std::span<const Label>(pairs));
  }
  row_.ack = nullptr;
  row_.source_lines = 0;
  if (!work.with_sides) return row;
  side.snapshot = snapshot_.get() ? snapshot_.get() : labels_.get();
  auto slots = arena.array<Slot>(work.width);
  for (size_t i = 0; i < slots.size() && i < slots_.size(); ++i) slots[i] = restored(slots_[i], arena);
  side.slots = slots.data();
  for (auto at = overflow_.rbegin(); at != overflow_.rend(); ++at)
    side.overflow = arena.make<Overflow>(arena.copy(view(at->name, at->name_size)), restored(at->slot, arena), side.overflow);
  return row;
}

void HeldRow::rename_slots(const SlotTable& from, const SlotTable& to) {
  std::vector<KeptSlot> renamed(to.names().size());
  for (size_t i = 0; i < slots_.size(); ++i) {
    const uint16_t slot = to.find(from.names()[i]);
    if (slot != kNoSlot) renamed[slot] = slots_[i];
  }
  slots_ = std::move(renamed);
}

}  // namespace invar::loki_process
