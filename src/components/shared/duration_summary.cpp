#include "src/components/shared/duration_summary.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace invar {

std::shared_ptr<DurationSummary> DurationSummary::collect(MetricScope& scope, const Clock& clock, std::string_view name, std::string_view help, MetricLabels labels) {
  auto summary = std::make_shared<DurationSummary>();
  const auto fill = [weak = std::weak_ptr<DurationSummary>(summary), &clock, labels = std::move(labels)](std::vector<Sample>& samples) {
    const auto held = weak.lock();
    if (!held) return;
    constexpr std::array kShares{0.5, 0.9, 0.99};
    constexpr std::array kNames{"0.5", "0.9", "0.99"};
    const Figures figures = held->figures(kShares, clock.steady_ns());
    samples.push_back({.labels = labels, .value = static_cast<double>(figures.count), .sum = figures.sum_seconds});
    for (size_t i = 0; i < kShares.size(); ++i) {
      samples.push_back({.labels = labels, .value = figures.quantiles[i]});
      samples.back().labels.emplace_back("quantile", kNames[i]);
    }
  };
  scope.collect_from(name, help, MetricType::kSummary, fill, std::weak_ptr<const void>(summary));
  return summary;
}

void DurationSummary::add(std::span<const int64_t> durations_ns, int64_t now_ns) {
  if (durations_ns.empty()) return;
  const std::lock_guard lock(mutex_);
  const int64_t number = now_ns / kWindowNs;
  Window& window = windows_[static_cast<size_t>(number) % kWindows];
  if (window.number != number) window = Window{.number = number};
  int64_t sum = 0;
  for (const int64_t duration : durations_ns) {
    const double octaves = std::log2(static_cast<double>(std::max<int64_t>(duration, 1)));
    ++window.counts[std::min(static_cast<size_t>(octaves * kPerOctave), window.counts.size() - 1)];
    sum += duration;
  }
  count_ += durations_ns.size();
  sum_seconds_ += static_cast<double>(sum) / 1e9;
}

DurationSummary::Figures DurationSummary::figures(std::span<const double> shares, int64_t now_ns) const {
  const std::lock_guard lock(mutex_);
  Figures figures{count_, sum_seconds_, {}};
  std::array<uint64_t, kPerOctave * kOctaves> counts{};
  uint64_t all = 0;
  for (const Window& window : windows_) {
    if (window.number < 0 || window.number + static_cast<int64_t>(kWindows) <= now_ns / kWindowNs) continue;
    for (size_t i = 0; i < counts.size(); ++i) counts[i] += window.counts[i], all += window.counts[i];
  }
  for (const double share : shares) {
    const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(all)));
    uint64_t seen = 0;
    size_t at = 0;
    while (at < counts.size() && (seen += counts[at]) < wanted) ++at;
    figures.quantiles.push_back(all == 0 ? std::numeric_limits<double>::quiet_NaN() : std::exp2((static_cast<double>(at) + 0.5) / kPerOctave) / 1e9);
  }
  return figures;
}

}  // namespace invar
