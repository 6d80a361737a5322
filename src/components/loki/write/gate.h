#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "src/telemetry/ledger.h"

namespace invar::loki_write {

/// What the lanes and the delivery loop know together about one endpoint's queue. All members from any thread.
struct Gate {
  std::atomic<int64_t> queued{0};  // bytes of sealed fragments that the endpoint has not settled
  std::atomic<int64_t> capacity{0};
  std::atomic<int64_t> limit{0};     // at most capacity: where lines that can wait at their sources do so
  std::atomic<bool> blocks{true};    // false: a full queue drops instead
  std::atomic<bool> waiting{false};  // a lane paused and wants to be told
  LedgerDestinationPtr book;         // set before any lane knows the gate
  /// For lines that go to this endpoint alone, and for such as go to others too, which must not wait for it.
  bool full(bool shared) const {
    return blocks.load(std::memory_order_relaxed) && queued.load() >= (shared ? capacity : limit).load();
  }
};
using GatePtr = std::shared_ptr<Gate>;

}  // namespace invar::loki_write
