#include <algorithm>

#include "src/components/loki/source/file/file_reader.h"

// What a FileReader has sent and is not settled yet, and what destinations give back of it.
namespace invar::loki_source_file {

uint64_t FileReader::settled_offset() const {
  if (runs_) return std::min(runs_->begin, redo_.empty() ? UINT64_MAX : redo_.front().begin);
  return redo_.empty() ? offset_ : redo_.front().begin;
}

void FileReader::add_run(FileRun& run) {
  if (last_run_) last_run_->next = &run;
  else runs_ = &run;
  last_run_ = &run;
}

void FileReader::run_settled() {
  bool moved = false;
  while (runs_ && runs_->settled) {
    if (runs_->returned) break;
    FileRun* const done = runs_;
    runs_ = done->next;
    if (!runs_) last_run_ = nullptr;
    keeper_.give_back(*done);
    moved = true;
  }
  if (moved) owner_.position_moved(*this);
  if (!runs_) return;
  bool all_settled = true;
  for (const FileRun* run = runs_; run; run = run->next) {
    has_returned_ |= run->settled && run->returned;
    all_settled &= run->settled;
  }
  rewound_ |= has_returned_;
  if (has_returned_ && all_settled) resend_returned();
}

/// All that was in flight has come to rest: the returned ranges are sent again before anything new.
void FileReader::resend_returned() {
  std::vector<Range> again;
  while (runs_) {
    FileRun* const run = runs_;
    runs_ = run->next;
    if (run->returned) {
      if (!again.empty() && again.back().end == run->begin) again.back().end = run->end;
      else again.push_back({run->begin, run->end});
    }
    keeper_.give_back(*run);
  }
  last_run_ = nullptr;
  has_returned_ = false;
  rewound_ = true;
  again.insert(again.end(), redo_.begin(), redo_.end());
  redo_ = std::move(again);
  if (redo_.size() == 1 && redo_.front().end == offset_) {  // the usual case: simply go back
    offset_ = redo_.front().begin;
    redo_.clear();
    scanned_ = 0;
  }
  drained_ = false;
  owner_.returned_ranges(*this);
}

void FileReader::disown_runs() {
  for (FileRun* run = runs_; run;) {
    FileRun* const next = run->next;
    run->reader = nullptr;
    run->next = nullptr;
    if (run->settled) keeper_.give_back(*run);
    run = next;
  }
  runs_ = last_run_ = nullptr;
  redo_.clear();
  has_returned_ = false;
  scanned_ = 0;
}

}  // namespace invar::loki_source_file
