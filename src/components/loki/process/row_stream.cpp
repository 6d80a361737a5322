#include "src/components/loki/process/row_stream.h"

namespace invar::loki_process {

LogRow* RowStream::next() {
  auto& rows = work_.rows();
  if (!rewriting_) {
    while (read_ < rows.size())
      if (rows[read_++].flags == depth_) {
        current_ = true;
        return &rows[read_ - 1];
      }
    current_ = false;
    return nullptr;
  }
  for (;;) {
    pass_current();
    if (read_ == rows.size()) return nullptr;
    ++read_;
    current_ = true;
    if (rows[read_ - 1].flags == depth_) return &rows[read_ - 1];
  }
}

void RowStream::begin_rewrite() {
  if (rewriting_) return;
  rewriting_ = true;
  const size_t passed = current_ ? read_ - 1 : read_;
  const auto& rows = work_.rows();
  work_.other_rows.assign(rows.begin(), rows.begin() + static_cast<ptrdiff_t>(passed));
  if (work_.with_sides) work_.other_sides.assign(work_.sides.begin(), work_.sides.begin() + static_cast<ptrdiff_t>(passed));
}

void RowStream::pass_current() {
  if (!current_) return;
  current_ = false;
  work_.other_rows.push_back(work_.rows()[read_ - 1]);
  if (work_.with_sides) work_.other_sides.push_back(work_.sides[read_ - 1]);
}

void RowStream::take() {
  begin_rewrite();
  current_ = false;
}

void RowStream::emit(HeldRow& held, std::string_view line) {
  begin_rewrite();
  Side side;
  work_.other_rows.push_back(held.release(line, depth_, work_, side));
  if (work_.with_sides) work_.other_sides.push_back(side);
}

void RowStream::insert(const LogRow& row, const Side* side) {
  begin_rewrite();
  work_.other_rows.push_back(row);
  if (work_.with_sides) work_.other_sides.push_back(*side);
}

void RowStream::drop(LogRow& row, DropReason reason) {
  row.dropped = reason;
  row.flags = kTakenOut;
  work_.dropped = true;
}

void RowStream::finish() {
  if (!rewriting_) return;
  for (pass_current(); read_ < work_.rows().size(); pass_current()) {
    ++read_;
    current_ = true;
  }
  work_.rows().swap(work_.other_rows);
  work_.sides.swap(work_.other_sides);
  work_.other_rows.clear();
  work_.other_sides.clear();
}

}  // namespace invar::loki_process
