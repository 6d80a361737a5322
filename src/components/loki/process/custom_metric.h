#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/clock.h"
#include "src/runtime/metrics.h"
#include "src/telemetry/label_set.h"

namespace invar::loki_process {

/// One metric that a config defines, with a series for each set of labels that lines had. Shared by the lanes of a component; its series vanish with
/// it, or when nothing came for them for a while.
class CustomMetric {
 public:
  struct Options {
    MetricType type;
    std::string name, help;
    std::vector<double> bounds;  // of a histogram
    int64_t max_idle_s;
  };
  /// A change of a series.
  struct Change {
    enum class Kind : uint8_t { kAdd, kSet } kind;
    double value;
  };
  class Series;

  /// Puts it on show in `scope`. `clock` outlives it.
  static std::shared_ptr<CustomMetric> create(Options options, const Clock& clock, MetricScope& scope);
  /// The series for a line's labels; those that are not shown (`__meta`) make no difference. From any lane.
  std::shared_ptr<Series> series(const LabelSet& labels);
  const Options& options() const { return options_; }

 private:
  CustomMetric(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
  void fill(std::vector<Sample>& samples);

  const Options options_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<MetricLabels, std::shared_ptr<Series>> series_;
};

/// What a lane has for a CustomMetric: changes are gathered row by row and handed over once per batch.
class CustomMetricLane {
 public:
  CustomMetricLane(std::shared_ptr<CustomMetric> metric, const LabelSetTable& labels) : metric_(std::move(metric)), labels_(labels) {}
  const std::shared_ptr<CustomMetric>& metric() const { return metric_; }

  /// Before the rows of a batch.
  void begin();
  /// For a row with these labels: adds whole units, or makes a change. Negative additions to a counter are ignored.
  void count(const LabelSet* labels, uint64_t units) { pending(labels).units += units; }
  void change(const LabelSet* labels, CustomMetric::Change change);
  /// Behind the rows of a batch.
  void commit(int64_t now_s);

 private:
  struct Pending {
    std::shared_ptr<CustomMetric::Series> series;
    uint64_t units = 0;
    std::vector<CustomMetric::Change> changes;
    bool touched = false;
  };
  Pending& pending(const LabelSet* labels);

  std::shared_ptr<CustomMetric> metric_;
  const LabelSetTable& labels_;
  uint64_t generation_ = UINT64_MAX;
  std::unordered_map<const LabelSet*, Pending> by_labels_;
  const LabelSet* last_labels_ = nullptr;
  Pending* last_ = nullptr;
  std::vector<Pending*> touched_;
  std::vector<double> values_;
};

}  // namespace invar::loki_process
