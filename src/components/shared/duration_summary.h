#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/runtime/metrics.h"

namespace invar {

/// How long things took: quantiles of the last ten minutes, as Prometheus' client has them, within 5 % of the value; count and sum of all time. Any thread.
class DurationSummary {
 public:
  /// One that `scope`, which may outlive it, shows with the quantiles 0.5, 0.9 and 0.99 for as long as it is held.
  static std::shared_ptr<DurationSummary> collect(MetricScope& scope, const Clock& clock, std::string_view name, std::string_view help, MetricLabels labels = {});

  void add(std::span<const int64_t> durations_ns, int64_t now_ns);
  struct Figures {
    uint64_t count = 0;
    double sum_seconds = 0;
    std::vector<double> quantiles;  // in seconds; NaN where there is nothing
  };
  Figures figures(std::span<const double> shares, int64_t now_ns) const;

 private:
  static constexpr size_t kWindows = 5, kPerOctave = 14, kOctaves = 40;
  static constexpr int64_t kWindowNs = 120'000'000'000;
  struct Window {
    int64_t number = -1;  // of its two minutes
    std::array<uint32_t, kPerOctave * kOctaves> counts{};
  };
  mutable std::mutex mutex_;
  std::array<Window, kWindows> windows_;
  uint64_t count_ = 0;
  double sum_seconds_ = 0;
};

}  // namespace invar
