#pragma once

#include "src/components/loki/process/held_row.h"
#include "src/components/loki/process/work.h"

namespace invar::loki_process {

/// The rows of a batch in order, for a stage that takes some away and puts others in. Rows of other depths pass by. As long as every row stays
/// nothing is copied; from the first change on the batch is written anew.
///
///     while (LogRow* row = rows.next()) { ... rows.take() ... rows.emit(held, line) ... }
class RowStream {
 public:
  RowStream(Work& work, uint16_t depth) : work_(work), depth_(depth) {}
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;
  ~RowStream() { finish(); }

  /// The next row of this depth; nullptr at the end. The row stays in the batch unless take() is called. Pointers are good until next() or emit().
  LogRow* next();
  /// The extracted map of the current row.
  Extracted extracted() { return work_.extracted(read_ - 1); }
  /// The side of the current row; null when the pipeline reads nothing extracted.
  const Side* side() const { return work_.with_sides ? &work_.sides[read_ - 1] : nullptr; }
  /// Takes the current row out: its reference to the run now belongs to the stage.
  void take();
  /// Puts a row in, in front of the current one (or in its place, when that is taken). Gives `held`'s reference to it.
  void emit(HeldRow& held, std::string_view line);
  /// Puts `row` in, in front of the current one, whose pointer stays good; its reference is the caller's matter. `side` may be null when side() is.
  void insert(const LogRow& row, const Side* side);
  /// The current row goes no further; it is counted by whoever calls this.
  void drop(LogRow& row, DropReason reason);

  Arena& arena() { return work_.arena; }
  bool full() const { return work_.full; }
  uint16_t width() const { return work_.width; }

 private:
  void begin_rewrite();
  void pass_current();
  void finish();

  Work& work_;
  uint16_t depth_;
  size_t read_ = 0;       // rows read so far; the current one is read_ - 1
  bool rewriting_ = false;
  bool current_ = false;  // a current row that has not been passed on nor taken
};

}  // namespace invar::loki_process
