#include "src/runtime/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>

#include "src/base/check.h"
#include "src/base/quote.h"

namespace invar {

Histogram::Histogram(std::span<const double> upper_bounds)
    : bounds_(upper_bounds.begin(), upper_bounds.end()), counts_(upper_bounds.size() + 1) {}

size_t Histogram::bucket_of(double value) const {
  if (std::isnan(value)) return bounds_.size();
  return std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
}

void Histogram::observe(double value, uint64_t weight) {
  counts_[bucket_of(value)].fetch_add(weight, std::memory_order_relaxed);
  sum_.add(value * static_cast<double>(weight));
}

void Histogram::observe_all(std::span<const double> values) {
  for (const double value : values) counts_[bucket_of(value)].fetch_add(1, std::memory_order_relaxed);
  sum_.update([&](double sum) {
    for (const double value : values) sum += value;
    return sum;
  });
}

void HistogramRun::count() {
  if (observed_ == 0) return;
  histogram_.counts_[bucket_].fetch_add(observed_, std::memory_order_relaxed);
  histogram_.sum_.add(sum_);
  observed_ = 0;
  sum_ = 0;
}

void HistogramRun::enter(double value) {
  count();
  const auto& bounds = histogram_.bounds_;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  bucket_ = histogram_.bucket_of(value);
  above_ = bucket_ == 0 ? -kInfinity : bounds[bucket_ - 1];
  up_to_ = bucket_ == bounds.size() ? kInfinity : bounds[bucket_];
}

uint64_t Histogram::cumulative(size_t i) const {
  uint64_t total = 0;
  for (size_t bucket = 0; bucket <= i; ++bucket) total += counts_[bucket].load(std::memory_order_relaxed);
  return total;
}

namespace {

using Names = MetricRegistry::Names;

bool is_name_byte(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (!first && c >= '0' && c <= '9');
}

bool is_classic_name(std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i)
    if (!is_name_byte(name[i], i == 0)) return false;
  return !name.empty();
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '"' && quotes)
      out += "\\\"";
    else
      out += c;
  }
}

/// A metric's or label's name. One underscore stands for each character that a classic name cannot have.
void append_name(std::string& out, std::string_view name, Names names) {
  if (is_classic_name(name)) {
    out += name;
  } else if (names == Names::kQuoted) {
    out += '"';
    append_escaped(out, name, true);
    out += '"';
  } else {
    for (size_t at = 0, length; at < name.size(); at += length) {
      decode_rune(name.substr(at), length);
      out += is_name_byte(name[at], at == 0) ? name[at] : '_';
    }
  }
}

/// `a="b",c="d"`
std::string label_text(const MetricLabels& labels, Names names) {
  std::string text;
  for (const auto& [name, value] : labels) {
    if (!text.empty()) text += ',';
    append_name(text, name, names);
    text.append("=\"");
    append_escaped(text, value, true);
    text += '"';
  }
  return text;
}

/// How a family's name is written. One that is no classic name stands among the labels.
struct FamilyName {
  std::string text;
  Names names;
};

void append_line(std::string& out, const FamilyName& family, std::string_view suffix, std::string_view labels,
                 std::string_view last_label, std::string_view value) {
  std::string name;
  append_name(name, family.text + std::string(suffix), family.names);
  const bool quoted = name.starts_with('"');
  if (!quoted) out += name;
  if (quoted || !labels.empty() || !last_label.empty()) {
    out += '{';
    bool first = true;
    for (const std::string_view part : {quoted ? std::string_view(name) : std::string_view(), labels, last_label}) {
      if (part.empty()) continue;
      if (!first) out += ',';
      out += part;
      first = false;
    }
    out += '}';
  }
  out.append(" ").append(value).append("\n");
}

std::string_view type_word(MetricType type) {
  switch (type) {
    case MetricType::kCounter: return "counter";
    case MetricType::kGauge: return "gauge";
    case MetricType::kHistogram: return "histogram";
    case MetricType::kSummary: return "summary";
  }
  return "untyped";
}

/// Prometheus' order: fewer labels first, then by their values in order of the (sorted) names.
bool labels_before(const MetricLabels& a, const MetricLabels& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  for (size_t i = 0; i < a.size(); ++i)
    if (a[i].second != b[i].second) return a[i].second < b[i].second;
  return a < b;
}

using FillSamples = std::function<void(std::vector<Sample>&)>;

/// One series, or a callback that yields several. Exactly one of its pointers is set.
struct Series {
  const void* scope;
  MetricType type;
  MetricLabels labels;
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Gauge> gauge;
  std::unique_ptr<Histogram> histogram;
  FillSamples fill;
  std::optional<std::weak_ptr<const void>> source;  // of `fill`
  std::shared_ptr<const bool> hidden;               // of its scope, under the registry's mutex
  /// Whether /metrics leaves it out.
  bool is_gone() const { return *hidden || has_ended(); }
  bool has_ended() const { return source && source->expired(); }
};

struct Family {
  std::string help;
  std::vector<std::shared_ptr<Series>> series;  // oldest first
};

struct Row {
  MetricLabels labels;
  double value = 0;
  const Histogram* histogram = nullptr;
  const void* scope = nullptr;
  std::shared_ptr<const Histogram> held = {};  // keeps `histogram`
  double sum = 0;
};

std::vector<Row> rows_of(const Family& family, MetricType type) {
  std::vector<Row> rows;
  std::vector<Sample> samples;
  for (const auto& series : family.series) {
    if (series->is_gone() || series->type != type) continue;  // two components that disagree: the older one is shown
    if (series->counter) rows.push_back({series->labels, static_cast<double>(series->counter->value()), nullptr, series->scope});
    if (series->gauge) rows.push_back({series->labels, series->gauge->value(), nullptr, series->scope});
    if (series->histogram) rows.push_back({series->labels, 0, series->histogram.get(), series->scope});
    if (!series->fill) continue;
    samples.clear();
    series->fill(samples);
    for (Sample& sample : samples) {
      MetricLabels labels = series->labels;
      for (auto& label : sample.labels) labels.push_back(std::move(label));
      std::sort(labels.begin(), labels.end());
      rows.push_back({std::move(labels), sample.value, sample.histogram.get(), series->scope, sample.histogram, sample.sum});
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return labels_before(a.labels, b.labels); });
  return rows;
}

void append_histogram(std::string& out, const FamilyName& name, std::string_view labels, const Histogram& histogram) {
  uint64_t total = 0;
  for (size_t i = 0; i <= histogram.bounds().size(); ++i) {
    total = histogram.cumulative(i);
    const bool last = i == histogram.bounds().size();
    const std::string bound = "le=\"" + (last ? "+Inf" : format_float_general(histogram.bounds()[i])) + "\"";
    append_line(out, name, "_bucket", labels, bound, std::to_string(total));
  }
  append_line(out, name, "_sum", labels, "", format_float_general(histogram.sum()));
  append_line(out, name, "_count", labels, "", std::to_string(total));
}

/// A sample of a summary with the label `quantile` is one of its quantiles: a value like that of a gauge.
bool is_quantile(const Row& row) {
  return std::any_of(row.labels.begin(), row.labels.end(), [](const auto& label) { return label.first == "quantile"; });
}

/// Those of the summary with `labels`, which come before its sum.
void append_quantiles(std::string& out, const FamilyName& name, const std::vector<Row>& rows, const MetricLabels& labels, Names names) {
  for (const Row& row : rows) {
    if (!is_quantile(row)) continue;
    MetricLabels others = row.labels;
    std::erase_if(others, [](const auto& label) { return label.first == "quantile"; });
    if (others == labels) append_line(out, name, "", label_text(row.labels, names), "", format_float_general(row.value));
  }
}

void append_family(std::string& out, const std::string& text, const Family& family, Names names) {
  const auto living = std::find_if(family.series.begin(), family.series.end(), [](const auto& series) { return !series->is_gone(); });
  if (living == family.series.end()) return;
  const MetricType type = (*living)->type;
  std::vector<Row> rows = rows_of(family, type);
  if (rows.empty()) return;
  const FamilyName name{text, names};
  std::string shown;
  append_name(shown, text, names);
  out.append("# HELP ").append(shown).append(" ");
  append_escaped(out, family.help, false);
  out.append("\n# TYPE ").append(shown).append(" ").append(type_word(type)).append("\n");
  for (size_t i = 0; i < rows.size(); ++i) {
    // While a component is being replaced by one with its id, both may have the series: the newer one counts.
    if (i + 1 < rows.size() && rows[i].labels == rows[i + 1].labels) {
      if (type == MetricType::kCounter && rows[i].scope == rows[i + 1].scope) rows[i + 1].value += rows[i].value;
      continue;
    }
    const std::string labels = label_text(rows[i].labels, names);
    if (rows[i].histogram) {
      append_histogram(out, name, labels, *rows[i].histogram);
    } else if (type == MetricType::kSummary) {
      if (is_quantile(rows[i])) continue;
      append_quantiles(out, name, rows, rows[i].labels, names);
      append_line(out, name, "_sum", labels, "", format_float_general(rows[i].sum));
      append_line(out, name, "_count", labels, "", format_float_general(rows[i].value));
    } else
      append_line(out, name, "", labels, "", format_float_general(rows[i].value));
  }
}

}  // namespace

struct MetricRegistry::State {
  mutable std::mutex mutex;
  std::map<std::string, Family, std::less<>> families;

  void add(std::string_view name, std::string_view help, const std::shared_ptr<Series>& series) {
    auto found = families.find(name);
    if (found == families.end()) found = families.emplace(std::string(name), Family{std::string(help), {}}).first;
    auto& all = found->second.series;
    std::erase_if(all, [](const auto& other) { return other->has_ended(); });
    if (all.empty()) found->second.help = help;
    all.push_back(series);
  }
  void erase(std::string_view name, const Series* series) {
    const auto found = families.find(name);
    if (found == families.end()) return;
    std::erase_if(found->second.series, [&](const auto& other) { return other.get() == series; });
    if (found->second.series.empty()) families.erase(found);
  }
};

/// The scope of one component: remembers what it made, so that all of it goes with it.
class RegistryScope final : public MetricScope {
 public:
  RegistryScope(std::shared_ptr<MetricRegistry::State> state, MetricLabels common)
      : state_(std::move(state)), common_(std::move(common)) {}
  ~RegistryScope() override {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [key, series] : mine_) state_->erase(key.first, series.get());
    for (const auto& [name, series] : collected_) state_->erase(name, series.get());
  }

  Counter& counter(std::string_view name, std::string_view help, MetricLabels labels) override {
    Series& series = get(name, help, MetricType::kCounter, std::move(labels), [](Series& s) { s.counter = std::make_unique<Counter>(); });
    INVAR_CHECK(series.counter);
    return *series.counter;
  }
  Gauge& gauge(std::string_view name, std::string_view help, MetricLabels labels) override {
    Series& series = get(name, help, MetricType::kGauge, std::move(labels), [](Series& s) { s.gauge = std::make_unique<Gauge>(); });
    INVAR_CHECK(series.gauge);
    return *series.gauge;
  }
  Gauge& float_counter(std::string_view name, std::string_view help, MetricLabels labels) override {
    Series& series = get(name, help, MetricType::kCounter, std::move(labels), [](Series& s) { s.gauge = std::make_unique<Gauge>(); });
    INVAR_CHECK(series.gauge);
    return *series.gauge;
  }
  Histogram& histogram(std::string_view name, std::string_view help, std::span<const double> bounds, MetricLabels labels) override {
    Series& series = get(name, help, MetricType::kHistogram, std::move(labels),
                         [&](Series& s) { s.histogram = std::make_unique<Histogram>(bounds); });
    INVAR_CHECK(series.histogram);
    return *series.histogram;
  }
  void collect_from(std::string_view name, std::string_view help, MetricType type, FillSamples fill,
                    std::optional<std::weak_ptr<const void>> source) override {
    auto series = std::make_shared<Series>();
    series->scope = this;
    series->type = type;
    series->labels = common_;
    series->fill = std::move(fill);
    series->source = std::move(source);
    series->hidden = hidden_;
    const std::lock_guard lock(state_->mutex);
    std::erase_if(collected_, [](const auto& other) { return other.second->has_ended(); });
    state_->add(name, help, series);
    collected_.emplace_back(std::string(name), series);
  }
  void remove(std::string_view name, const MetricLabels& labels) override {
    const Key key{std::string(name), with_common(labels)};
    const std::lock_guard lock(state_->mutex);
    const auto found = mine_.find(key);
    if (found == mine_.end()) return;
    state_->erase(name, found->second.get());
    mine_.erase(found);
  }
  void set_hidden(bool hidden) override {
    const std::lock_guard lock(state_->mutex);
    *hidden_ = hidden;
  }

 private:
  using Key = std::pair<std::string, MetricLabels>;

  MetricLabels with_common(MetricLabels labels) const {
    labels.insert(labels.end(), common_.begin(), common_.end());
    std::sort(labels.begin(), labels.end());
    return labels;
  }
  template <class Fill>
  Series& get(std::string_view name, std::string_view help, MetricType type, MetricLabels labels, Fill fill) {
    Key key{std::string(name), with_common(std::move(labels))};
    const std::lock_guard lock(state_->mutex);
    const auto found = mine_.find(key);
    if (found != mine_.end()) return *found->second;
    auto series = std::make_shared<Series>();
    series->scope = this;
    series->type = type;
    series->labels = key.second;
    series->hidden = hidden_;
    fill(*series);
    state_->add(name, help, series);
    return *mine_.emplace(std::move(key), std::move(series)).first->second;
  }

  std::shared_ptr<MetricRegistry::State> state_;
  MetricLabels common_;
  std::shared_ptr<bool> hidden_ = std::make_shared<bool>(false);  // under the registry's mutex
  std::map<Key, std::shared_ptr<Series>> mine_;                             // under the registry's mutex
  std::vector<std::pair<std::string, std::shared_ptr<Series>>> collected_;  // under the registry's mutex
};

MetricRegistry::MetricRegistry() : state_(std::make_shared<State>()) {}
MetricRegistry::~MetricRegistry() = default;

std::unique_ptr<MetricScope> MetricRegistry::scope(MetricLabels common_labels) {
  return std::make_unique<RegistryScope>(state_, std::move(common_labels));
}

std::string MetricRegistry::expose(Names names) const {
  std::string out;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [name, family] : state_->families) append_family(out, name, family, names);
  return out;
}

}  // namespace invar
