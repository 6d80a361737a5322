#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace invar::loki_secretfilter {

/// How long things took: quantiles of the last ten minutes, as Prometheus' client has them, within 5 % of the value; count and sum of all time. Any thread.
class DurationSummary {
 public:
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

}  // namespace invar::loki_secretfilter
