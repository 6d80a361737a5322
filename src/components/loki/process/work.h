#pragma once

#include <cstdint>
#include <vector>

#include "src/base/check.h"
#include "src/components/loki/process/extracted.h"
#include "src/telemetry/log_batch.h"

namespace invar::loki_process {

/// LogRow::flags inside this component: how many nested pipelines the row is in.
inline constexpr uint16_t kTakenOut = 0xffff;  // dropped: no stage sees it any more

/// A batch on its way through a pipeline, with what its rows carry. Memory is kept from batch to batch. On its lane; bytes made here live until
/// the batch has been handed on.
struct Work {
  LogBatch* batch = nullptr;
  std::vector<Side> sides;  // parallel to batch->rows; empty without with_sides
  std::vector<Slot> slots;
  Arena arena;
  bool with_sides = false;  // the plan reads extracted names
  uint16_t width = 0;     // slots per row: the live ones, or all of them
  bool full = false;      // somebody looks on: write also what nobody reads
  bool dropped = false;   // some row is marked
  std::vector<LogRow> other_rows;  // for RowStream
  std::vector<Side> other_sides;

  std::vector<LogRow>& rows() { return batch->rows; }
  Extracted extracted(size_t row) { return {sides[row], width}; }
};

/// The rows a stage has to work on: those at its depth.
class Rows {
 public:
  Rows(Work& work, uint16_t depth) : work_(work), depth_(depth) {}

  /// `act(LogRow&)`
  template <class Act>
  void each(Act&& act) {
    for (LogRow& row : work_.rows())
      if (row.flags == depth_) act(row);
  }
  /// `act(LogRow&, Extracted)`; for stages whose effects tell of extracted names.
  template <class Act>
  void each_extracted(Act&& act) {
    INVAR_CHECK(work_.with_sides);
    auto& rows = work_.rows();
    for (size_t i = 0; i < rows.size(); ++i)
      if (rows[i].flags == depth_) act(rows[i], work_.extracted(i));
  }
  void drop(LogRow& row, DropReason reason) {
    row.dropped = reason;
    row.flags = kTakenOut;
    work_.dropped = true;
  }
  Arena& arena() { return work_.arena; }
  bool full() const { return work_.full; }
  uint16_t depth() const { return depth_; }
  Work& work() { return work_; }

 private:
  Work& work_;
  uint16_t depth_;
};

}  // namespace invar::loki_process
