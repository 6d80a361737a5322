#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/telemetry/ack.h"
#include "src/telemetry/arena.h"
#include "src/telemetry/label_set.h"

namespace invar {

/// Structured metadata of a row: pairs in the order they were added. Either shared by many rows (made once per label set, with its wire form), or
/// in a batch's arena. Immutable.
struct Metadata {
  std::span<const Label> pairs;
  /// The pairs as fields 3 of a Loki EntryAdapter, ready to be appended; empty when not prepared.
  std::string_view loki_wire;
};

/// One log entry on its way through a lane. 64 bytes. Every view and pointer is valid for the duration of the consume() call that handed
/// over the batch, no longer: who keeps a row copies what it points to.
struct LogRow {
  std::string_view line;
  int64_t time_ns = 0;                  // Unix, nanoseconds
  int64_t created_ns = 0;               // when it was read; for the propagation latency
  const LabelSet* labels = nullptr;     // never null
  const Metadata* metadata = nullptr;   // null: none
  AckRun* ack = nullptr;                // never null for rows in flight
  uint32_t source_lines = 1;            // lines of the source this row stands for (joins add up)
  DropReason dropped = kNotDropped;     // set by whoever drops; taken out at the end of the component
  uint16_t flags = 0;                   // for the component that works on the batch; 0 between components
};

/// Rows of one source that travel together down one lane: at most ~512 rows or 256 KiB. Rows are an array of structs: a stage reads line, labels and
/// flags of one row together, and a row is copied as one cache line. Not copyable by accident: copies are made by Fanout.
class LogBatch {
 public:
  static constexpr size_t kMaxRows = 512;
  static constexpr size_t kMaxBytes = 256 * 1024;

  LogBatch() = default;
  LogBatch(LogBatch&&) noexcept = default;
  LogBatch& operator=(LogBatch&&) noexcept = default;
  LogBatch(const LogBatch&) = delete;
  LogBatch& operator=(const LogBatch&) = delete;

  std::vector<LogRow> rows;
  /// For bytes that rows of this batch point to and that die with it. Shared by the copies of a fan-out.
  Arena& arena() {
    if (!arena_) arena_ = std::make_shared<Arena>();
    return *arena_;
  }
  /// Another batch over the same bytes; takes no references of ack runs.
  LogBatch copy_rows() {
    LogBatch copy;
    copy.rows = rows;
    arena();
    copy.arena_ = arena_;
    return copy;
  }
  /// Forgets rows and bytes but keeps the memory, for the source that fills it again.
  void clear() {
    rows.clear();
    if (arena_ && arena_.use_count() == 1)
      arena_->reset();
    else
      arena_.reset();
  }

 private:
  std::shared_ptr<Arena> arena_;
};

}  // namespace invar
