#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "src/base/fork_join.h"
#include "src/io/disk_files.h"
#include "src/runtime/dead_letters.h"
#include "src/telemetry/ledger.h"

namespace invar {

/// What happens when an endpoint's spill is full, or its disk.
enum class OnFull : uint8_t {
  kAuto,        // its sources pause if it is their only destination; else its oldest lines are dropped
  kPause,       // its sources pause, and with them every other destination they have
  kDropOldest,  // its oldest lines are dropped
};

/// When a source that cannot rewind (a push API, syslog) answers, or reads on.
enum class AnswerAfter : uint8_t {
  kHandOver,    // when the next component has taken the lines, as Alloy
  kWriteAhead,  // when they are on disk
  kDelivery,    // when every destination has them, or has them on disk
};

/// Settings that Alloy does not have: the `--delivery.*` flags.
struct DeliverySettings {
  uint64_t spill_bytes = 1u << 30;  // per endpoint; 0: no spill
  int64_t spill_age_ms = 7 * 24 * 3600 * int64_t{1000};  // 0: any age
  std::string spill_path;           // empty: below the storage path
  OnFull on_full = OnFull::kAuto;
  AnswerAfter answer_after = AnswerAfter::kHandOver;
  uint64_t write_ahead_bytes = 256u << 20;  // per source
  uint64_t held_deleted_bytes = 1u << 30;   // of deleted files not yet read; per source
};

/// What sources and destinations of one process share to keep their promises. Outlives all components.
struct Delivery {
  DeliverySettings settings;
  Ledger ledger;
  /// The disk under queues; another one in tests. The disk thread's.
  DiskFiles* files = &DiskFiles::of_system();
  /// nullptr: nobody wants to know what destinations refused.
  std::unique_ptr<DeadLetters> dead_letters;
  /// Helps the delivery loop where it computes. nullptr: it has one core.
  std::unique_ptr<ForkJoin> forks;
};

}  // namespace invar
