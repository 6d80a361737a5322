#pragma once

#include <string>

#include "src/runtime/metrics.h"
#include "src/telemetry/ack.h"

namespace invar::loki_process {

/// The drops of one stage: their reason, and their series of loki_process_dropped_lines_total, which begins to exist with the first one.
class DroppedLines {
 public:
  DroppedLines(MetricScope& metrics, std::string reason)
      : metrics_(metrics), word_(std::move(reason)), reason_(drop_reason(word_)) {}
  DropReason reason() const { return reason_; }
  void add(uint64_t lines) {
    if (lines == 0) return;
    expose();
    counter_->add(lines);
  }
  /// Lets the series exist before anything is dropped.
  void expose() {
    if (!counter_)
      counter_ = &metrics_.counter("loki_process_dropped_lines_total",
                                   "A count of all log lines dropped as a result of a pipeline stage", {{"reason", word_}});
  }

 private:
  MetricScope& metrics_;
  std::string word_;
  DropReason reason_;
  Counter* counter_ = nullptr;
};

}  // namespace invar::loki_process
