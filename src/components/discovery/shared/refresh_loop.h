#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "src/components/shared/duration_summary.h"
#include "src/runtime/component.h"

namespace invar::discovery {

/// Asks again and again, as Prometheus' discovery does that is told of nothing; how long that took and how often it failed is shown in /metrics. On main.
class RefreshLoop {
 public:
  /// `ask` begins to ask and returns; the answer ends in succeeded() or failed(), once. What it began before must then not end any more.
  RefreshLoop(NodeContext& context, std::string_view mechanism, std::function<void()> ask);
  /// Asks at once, then every `interval_ns`, but not while an answer is waited for. An interval of zero or less: only once.
  void begin(int64_t interval_ns);
  void succeeded() { ended(); }
  /// Logs why.
  void failed(std::string_view why);
  /// The longest time an answer may take; 0: any.
  uint64_t timeout_ms() const { return interval_ms_; }

 private:
  void ask();
  void ended();

  NodeContext& context_;
  std::function<void()> ask_;
  Counter& failures_;
  std::shared_ptr<DurationSummary> seconds_;
  Histogram& seconds_histogram_;
  Timer timer_;
  uint64_t interval_ms_ = 0;
  bool asking_ = false;
  int64_t began_ns_ = 0;
};

}  // namespace invar::discovery
