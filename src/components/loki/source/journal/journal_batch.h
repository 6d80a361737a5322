#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/components/loki/source/journal/entry_labels.h"
#include "src/telemetry/arena.h"

namespace invar::loki_source_journal {

/// Entries of a journal in a row, as they are named to find them again.
struct JournalRange {
  std::string first, last;  // cursors
  uint64_t entries = 0;
};

/// What the journal's thread has made of a range, for the lane.
struct JournalBatch {
  static constexpr uint64_t kMaxEntries = 512;
  static constexpr size_t kMaxBytes = 256 * 1024;
  struct Row {
    std::string_view line;
    int64_t time_ns = 0;
    const LabelList* labels = nullptr;
  };
  JournalRange range;
  std::vector<Row> rows;  // entries that are sent
  uint64_t without_message = 0, without_labels = 0;
  bool again = false;       // read before, and given back
  uint64_t generation = 0;  // of the rewind it comes after
  size_t bytes = 0;
  Arena texts;
  std::vector<LabelListPtr> labels;
};
using JournalBatchPtr = std::shared_ptr<JournalBatch>;

/// What is to be read again, in order, before what comes behind `resume_behind`.
struct Rewind {
  uint64_t generation = 0;
  std::vector<JournalRange> again;
  std::string resume_behind;
};

}  // namespace invar::loki_source_journal
