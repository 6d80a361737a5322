#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace invar {

/// Monotone count of whole units. Add once per batch, not per line. Any thread.
class Counter {
 public:
  void add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

/// A value that goes up and down (or a fractional counter). Any thread.
class Gauge {
 public:
  void set(double v) { value_.store(v, std::memory_order_relaxed); }
  void add(double v) {
    double old = value_.load(std::memory_order_relaxed);
    while (!value_.compare_exchange_weak(old, old + v, std::memory_order_relaxed)) {
    }
  }
  /// Sets it to `change(value)`, which may be asked more than once.
  template <class Change>
  void update(Change&& change) {
    double old = value_.load(std::memory_order_relaxed);
    while (!value_.compare_exchange_weak(old, change(old), std::memory_order_relaxed)) {
    }
  }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// Classic histogram with fixed upper bounds. observe() from one thread at a time; scraped from any.
class Histogram {
 public:
  explicit Histogram(std::span<const double> upper_bounds);
  /// Counts `weight` observations of `value`.
  void observe(double value, uint64_t weight = 1);
  /// Counts each of them, in order; their sum is touched once. From any threads at a time.
  void observe_all(std::span<const double> values);
  std::span<const double> bounds() const { return bounds_; }
  /// Cumulative count of bucket i; i == bounds().size() is +Inf.
  uint64_t cumulative(size_t i) const;
  double sum() const { return sum_.value(); }

 private:
  friend class HistogramRun;
  size_t bucket_of(double value) const;
  std::vector<double> bounds_;
  std::vector<std::atomic<uint64_t>> counts_;
  Gauge sum_;
};

/// Many observations of one histogram, of which neighbours mostly fall into one bucket: those cost a comparison each. Counted when it goes at the latest.
class HistogramRun {
 public:
  explicit HistogramRun(Histogram& histogram) : histogram_(histogram) {}
  ~HistogramRun() { count(); }
  HistogramRun(const HistogramRun&) = delete;
  void observe(double value) {
    if (!(value > above_ && value <= up_to_)) enter(value);
    ++observed_;
    sum_ += value;
  }

 private:
  void count();
  void enter(double value);
  Histogram& histogram_;
  size_t bucket_ = 0;
  double above_ = 0, up_to_ = 0;  // of the bucket; at first nothing lies between them
  uint64_t observed_ = 0;
  double sum_ = 0;
};

using MetricLabels = std::vector<std::pair<std::string, std::string>>;
enum class MetricType : uint8_t { kCounter, kGauge, kHistogram, kSummary };

/// One sample set of a collector callback, appended at scrape.
struct Sample {
  MetricLabels labels;
  double value = 0;
  std::shared_ptr<const Histogram> histogram = {};  // of a histogram, instead of `value`
  double sum = 0;  // of a summary, whose count is `value`; its samples with a label `quantile` are its quantiles
};

/// The metrics of one component (every series gets its component_path and component_id), or of the process (no common labels). Series live until
/// remove() or until this object goes: then they vanish from /metrics. Owned by main through the registry; all calls from any thread.
class MetricScope {
 public:
  virtual ~MetricScope() = default;
  /// The series of family `name` with `labels`; made at the first call. References stay valid until removed. A family keeps its first help text.
  virtual Counter& counter(std::string_view name, std::string_view help, MetricLabels labels = {}) = 0;
  virtual Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels = {}) = 0;
  /// A counter that counts fractions (seconds, user values).
  virtual Gauge& float_counter(std::string_view name, std::string_view help, MetricLabels labels = {}) = 0;
  virtual Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> bounds, MetricLabels labels = {}) = 0;
  /// Samples computed at scrape, on the scraping thread, while the registry is locked: `fill` must not call into it, nor wait for anyone who may.
  void collect(std::string_view name, std::string_view help, MetricType type, std::function<void(std::vector<Sample>&)> fill) {
    collect_from(name, help, type, std::move(fill), {});
  }
  /// The same until `source` is gone. Counters of one scope with equal labels are added up.
  virtual void collect_from(std::string_view name, std::string_view help, MetricType type, std::function<void(std::vector<Sample>&)> fill,
                            std::optional<std::weak_ptr<const void>> source) = 0;
  /// Removes the series of `name` with exactly `labels`; its reference dies.
  virtual void remove(std::string_view name, const MetricLabels& labels) = 0;
  /// Whether /metrics leaves all of this out.
  virtual void set_hidden(bool hidden) { (void)hidden; }
};

/// All metrics of the process.
class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();
  std::unique_ptr<MetricScope> scope(MetricLabels common_labels);
  /// Prometheus text format 0.0.4: families sorted by name, series sorted by labels. Names that are no classic ones (`a.b`) are quoted, or
  /// have underscores for what is not allowed in them.
  enum class Names : uint8_t { kQuoted, kUnderscores };
  std::string expose(Names names = Names::kQuoted) const;

 private:
  friend class RegistryScope;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace invar
