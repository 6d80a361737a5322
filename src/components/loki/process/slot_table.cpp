#include "src/components/loki/process/slot_table.h"

#include <set>

#include "src/base/check.h"

namespace invar::loki_process {

SlotTable::SlotTable(std::span<const StageEffects> stages) {
  for (size_t i = 0; i < stages.size(); ++i) {
    if (stages[i].reads_all) last_reads_all_ = static_cast<ptrdiff_t>(i);
    for (const std::string& name : stages[i].reads) last_read_[name] = i;
  }
  std::set<std::string> live, dead;
  bool unknown = false;
  for (size_t i = 0; i < stages.size(); ++i) {
    unknown |= stages[i].writes_unknown;
    for (const std::string& name : stages[i].writes) (read_behind(name, i) ? live : dead).insert(name);
    // A name that turns up in the data lands in the slot of whoever reads it by name.
    if (unknown) for (const std::string& name : stages[i].reads) live.insert(name);
  }
  for (const std::string& name : live) names_.push_back(name);
  live_ = static_cast<uint16_t>(names_.size());
  for (const std::string& name : dead)
    if (!live.contains(name)) names_.push_back(name);
  INVAR_CHECK(names_.size() < kNoSlot);
  for (size_t i = 0; i < names_.size(); ++i) ids_[names_[i]] = static_cast<uint16_t>(i);
}

uint16_t SlotTable::find(std::string_view name) const {
  const auto at = ids_.find(name);
  return at == ids_.end() ? kNoSlot : at->second;
}

bool SlotTable::read_behind(std::string_view name, size_t position) const {
  if (read_by_all(position)) return true;
  const auto at = last_read_.find(name);
  return at != last_read_.end() && at->second > position;
}

Writing SlotTable::writing(std::string_view name, size_t position) const { return {find(name), read_behind(name, position)}; }

Reading StageContext::reading(std::string_view name) const { return slots.reading(name); }
Writing StageContext::writing(std::string_view name) const { return slots.writing(name, position); }

}  // namespace invar::loki_process
