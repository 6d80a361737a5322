#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/components/loki/process/work.h"
#include "src/telemetry/log_batch.h"

namespace invar::loki_process {

class SlotTable;

/// Everything of a row but its line, kept beyond its batch: bytes copied, label sets pinned. Its memory is reused for the next row. On its lane.
class HeldRow {
 public:
  /// Copies `row` and `side` (null: none). Takes no reference of the run: give_reference() says whose it holds.
  void keep(const LogRow& row, const Side* side, uint16_t width);
  /// The reference and source lines that go with the row that will be emitted.
  void set_reference(AckRun* ack, uint32_t source_lines) { row_.ack = ack, row_.source_lines = source_lines; }
  AckRun* ack() const { return row_.ack; }
  uint32_t source_lines() const { return row_.source_lines; }
  void add_source_lines(uint32_t lines) { row_.source_lines += lines; }
  const LabelSet* labels() const { return labels_.get(); }

  /// The row again, with `line` and everything else copied into `work`; its reference moves to it. What is kept stays.
  LogRow release(std::string_view line, uint16_t depth, Work& work, Side& side);
  /// The row will never be emitted: whoever can sends its lines again.
  void give_back();
  /// Forgets what is kept, but not the memory.
  void clear();
  /// The pipeline around it was replaced: slots go by name.
  void rename_slots(const SlotTable& from, const SlotTable& to);

 private:
  struct KeptSlot {
    Slot value;
    size_t begin = 0, size = 0;  // of a text, in bytes_
  };
  struct KeptPair {
    size_t name, name_size, value, value_size;
  };
  struct KeptOverflow {
    size_t name, name_size;
    KeptSlot slot;
  };
  size_t copy(std::string_view text);
  std::string_view view(size_t begin, size_t size) const { return std::string_view(bytes_).substr(begin, size); }
  KeptSlot kept(const Slot& slot);
  Slot restored(const KeptSlot& slot, Arena& arena) const;

  LogRow row_;
  LabelSetPin labels_;
  LabelSetPin snapshot_;
  std::string bytes_;
  std::vector<KeptSlot> slots_;
  std::vector<KeptOverflow> overflow_;
  std::vector<KeptPair> pairs_;
};

}  // namespace invar::loki_process
