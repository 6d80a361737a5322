#include "src/components/loki/process/custom_metric.h"

#include "src/base/quote.h"

namespace invar::loki_process {
namespace {

constexpr size_t kMostRemembered = 8192;  // label sets per lane and metric

/// The labels that are shown. The component's own ones are added by the scope: a line's label of that name gives way, and `le` belongs to
/// histograms.
MetricLabels shown_labels(const LabelSet& labels, MetricType type) {
  MetricLabels shown;
  for (const Label& label : labels.labels()) {
    if (label.name.empty() || label.name.starts_with("__") || !is_valid_utf8(label.name) || !is_valid_utf8(label.value)) continue;
    if (label.name == "component_id" || label.name == "component_path" || (type == MetricType::kHistogram && label.name == "le")) continue;
    shown.emplace_back(label.name, label.value);
  }
  return shown;
}

}  // namespace

/// A counter keeps whole units apart, so that they stay exact beyond 2^53 as Go's do. Lanes change it, the scraper reads it.
class CustomMetric::Series {
 public:
  explicit Series(const Options& options)
      : histogram_(options.type == MetricType::kHistogram ? std::make_shared<Histogram>(options.bounds) : nullptr) {}

  void apply(uint64_t units, std::span<const Change> changes, std::vector<double>& values, int64_t now_s) {
    touched_s_.store(now_s, std::memory_order_relaxed);
    if (units > 0) units_.add(units);
    if (changes.empty()) return;
    if (histogram_) {
      values.clear();
      for (const Change& change : changes) values.push_back(change.value);
      return histogram_->observe_all(values);
    }
    value_.update([&](double value) {
      for (const Change& change : changes) value = change.kind == Change::Kind::kSet ? change.value : value + change.value;
      return value;
    });
  }
  Sample sample(const MetricLabels& labels) const {
    return {labels, value_.value() + static_cast<double>(units_.value()), histogram_};
  }
  bool is_idle(int64_t now_s, int64_t max_idle_s) const { return now_s - touched_s_.load(std::memory_order_relaxed) >= max_idle_s; }
  void retire() { retired_.store(true, std::memory_order_relaxed); }
  bool is_retired() const { return retired_.load(std::memory_order_relaxed); }

 private:
  Counter units_;
  Gauge value_;
  const std::shared_ptr<Histogram> histogram_;
  std::atomic<int64_t> touched_s_{INT64_MAX / 2};  // not before the first change
  std::atomic<bool> retired_{false};
};

std::shared_ptr<CustomMetric> CustomMetric::create(Options options, const Clock& clock, MetricScope& scope) {
  const std::shared_ptr<CustomMetric> metric(new CustomMetric(std::move(options), clock));
  const std::weak_ptr<CustomMetric> weak = metric;
  const auto fill = [weak](std::vector<Sample>& samples) {
    if (const auto living = weak.lock()) living->fill(samples);
  };
  scope.collect_from(metric->options_.name, metric->options_.help, metric->options_.type, fill, weak);
  return metric;
}

std::shared_ptr<CustomMetric::Series> CustomMetric::series(const LabelSet& labels) {
  const std::lock_guard lock(mutex_);
  auto& series = series_[shown_labels(labels, options_.type)];
  if (!series) series = std::make_shared<Series>(options_);
  return series;
}

/// As Alloy: what has been idle for too long is shown once more, then gone.
void CustomMetric::fill(std::vector<Sample>& samples) {
  const int64_t now_s = clock_.wall_ns() / 1'000'000'000;
  const std::lock_guard lock(mutex_);
  for (auto at = series_.begin(); at != series_.end();) {
    samples.push_back(at->second->sample(at->first));
    const bool idle = at->second->is_idle(now_s, options_.max_idle_s);
    if (idle) at->second->retire();
    at = idle ? series_.erase(at) : std::next(at);
  }
}

void CustomMetricLane::begin() {
  last_labels_ = nullptr;
  if (generation_ == labels_.generation() && by_labels_.size() <= kMostRemembered) return;
  generation_ = labels_.generation();
  by_labels_.clear();
}

CustomMetricLane::Pending& CustomMetricLane::pending(const LabelSet* labels) {
  if (labels == last_labels_) return *last_;
  Pending& pending = by_labels_[labels];
  if (!pending.touched) {
    if (!pending.series || pending.series->is_retired()) pending.series = metric_->series(*labels);
    pending.touched = true;
    touched_.push_back(&pending);
  }
  last_labels_ = labels;
  last_ = &pending;
  return pending;
}

void CustomMetricLane::change(const LabelSet* labels, CustomMetric::Change change) {
  if (metric_->options().type == MetricType::kCounter) {
    if (change.value < 0) return;  // Go panics
    // Go keeps whole additions as whole units.
    if (change.value < 0x1p63 && change.value == static_cast<double>(static_cast<uint64_t>(change.value)))
      return count(labels, static_cast<uint64_t>(change.value));
  }
  pending(labels).changes.push_back(change);
}

void CustomMetricLane::commit(int64_t now_s) {
  for (Pending* const pending : touched_) {
    pending->series->apply(pending->units, pending->changes, values_, now_s);
    pending->units = 0;
    pending->changes.clear();
    pending->touched = false;
  }
  touched_.clear();
}

}  // namespace invar::loki_process
