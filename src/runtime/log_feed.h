#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "src/runtime/lane.h"
#include "src/runtime/metrics.h"

namespace invar {

/// invar's own log lines on their way to `logging { write_to }`, as entries labelled component="alloy". Never waits, and never feeds itself: what is logged while its
/// lines are being handed on is not handed on, and beyond a bounded queue (receivers that pause, or a flood) lines are dropped and counted. On main, but for push().
class LogFeed {
 public:
  LogFeed(Lanes& lanes, MetricRegistry& metrics);
  ~LogFeed();
  LogFeed(const LogFeed&) = delete;
  LogFeed& operator=(const LogFeed&) = delete;

  /// Any thread. Keeps the line until there are receivers to hand it to.
  void push(std::string_view line);
  /// Where lines go from now on; none: what is kept is dropped.
  void set_receivers(std::vector<LogsReceiverPtr> receivers);

 private:
  class Half;
  struct Queue;

  std::unique_ptr<MetricScope> scope_;
  std::shared_ptr<Queue> queue_;
  LaneHalves<Half> halves_;
};

}  // namespace invar
