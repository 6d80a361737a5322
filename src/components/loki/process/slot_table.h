#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "src/components/loki/process/stage.h"

namespace invar::loki_process {

/// Which extracted names of a pipeline have a slot, and where it is of use to write them. Built once per plan from the effects of all stages in
/// the order they are run in; immutable. Slots of names that somebody reads come first: the fast program has only those.
class SlotTable {
 public:
  SlotTable() = default;
  explicit SlotTable(std::span<const StageEffects> stages);

  const std::vector<std::string>& names() const { return names_; }
  uint16_t live_count() const { return live_; }
  uint16_t count() const { return static_cast<uint16_t>(names_.size()); }
  /// kNoSlot for a name that no stage writes.
  uint16_t find(std::string_view name) const;
  Reading reading(std::string_view name) const { return {std::string(name), find(name)}; }
  Writing writing(std::string_view name, size_t position) const;
  /// Something extracted is read somewhere.
  bool any_reader() const { return last_reads_all_ >= 0 || !last_read_.empty(); }
  /// Does a stage behind `position` read names it cannot name?
  bool read_by_all(size_t position) const { return last_reads_all_ > static_cast<ptrdiff_t>(position); }

 private:
  bool read_behind(std::string_view name, size_t position) const;

  std::vector<std::string> names_;
  uint16_t live_ = 0;
  std::map<std::string, uint16_t, std::less<>> ids_;
  std::map<std::string, size_t, std::less<>> last_read_;  // name -> last stage that reads it
  ptrdiff_t last_reads_all_ = -1;
};

}  // namespace invar::loki_process
