#include <cmath>
#include <map>
#include <mutex>

#include "src/components/loki/process/custom_metric.h"
#include "src/components/loki/process/stage.h"
#include "src/text/duration.h"
#include "src/text/number.h"

namespace invar::loki_process_stages_metrics {
using namespace loki_process;
namespace {

constexpr std::string_view kDefaultPrefix = "loki_process_custom_";

/// What all kinds of metrics take.
struct Common {
  std::string name, description, source, prefix, value;
  Duration max_idle_duration = Duration::seconds(300);
  bool operator==(const Common&) const = default;
  void check(ValidateContext& context) {
    if (max_idle_duration.ns < 1'000'000'000) context.refuse("max_idle_duration must be greater or equal than 1s");
    if (source.empty()) source = name;
  }
};

struct CounterArgs {
  Common common;
  std::string action;
  bool match_all = false;
  bool count_entry_bytes = false;
  bool operator==(const CounterArgs&) const = default;
  static void validate(CounterArgs& args, ValidateContext& context) {
    args.common.check(context);
    if (args.action != "inc" && args.action != "add") context.refuse("the 'action' counter field must be either 'inc' or 'add'");
    if (args.match_all && !args.common.value.empty())
      context.refuse("a 'counter' metric supports either 'match_all' or a 'value', but not both");
    if (args.count_entry_bytes && (!args.match_all || args.action != "add"))
      context.refuse("the 'count_entry_bytes' counter field must be specified along with match_all set to true or action set to 'add'");
  }
};

struct GaugeArgs {
  Common common;
  std::string action;
  bool operator==(const GaugeArgs&) const = default;
  static void validate(GaugeArgs& args, ValidateContext& context) {
    args.common.check(context);
    constexpr std::string_view kActions[] = {"set", "inc", "dec", "add", "sub"};
    for (const std::string_view action : kActions)
      if (args.action == action) return;
    context.refuse("the 'action' gauge field must be one of the following values: [set, inc, dec, add, sub]");
  }
};

struct HistogramArgs {
  Common common;
  std::vector<double> buckets;
  bool operator==(const HistogramArgs&) const = default;
  static void validate(HistogramArgs& args, ValidateContext& context) { args.common.check(context); }
};

struct Args {
  std::vector<EnumValue> metrics;
  bool operator==(const Args&) const = default;
};

using enum Presence;
constexpr std::array kCommonArguments{
    attr<&Common::name>("name", kRequired, "The metric's name, behind the prefix."),
    attr<&Common::description>("description", kOptional, "Its help text."),
    attr<&Common::source>("source", kOptional, "Extracted name that tells the value; by default the metric's name."),
    attr<&Common::prefix>("prefix", kOptional, "What its name begins with; by default loki_process_custom_."),
    attr<&Common::max_idle_duration>("max_idle_duration", kOptional, "A series that nothing came for that long is removed at the next scrape."),
    attr<&Common::value>("value", kOptional, "Only values that are this text count."),
};
constexpr Schema kCommonSchema = schema<Common>("common", "What all kinds of metrics take.", kCommonArguments);
constexpr std::array kCounterArguments{
    squash<&CounterArgs::common>(kCommonSchema),
    attr<&CounterArgs::action>("action", kRequired, "`inc`, or `add` the value."),
    attr<&CounterArgs::match_all>("match_all", kOptional, "Counts every line, whether the source is there or not."),
    attr<&CounterArgs::count_entry_bytes>("count_entry_bytes", kOptional, "Adds the bytes of the line; with match_all and `add`."),
};
constexpr std::array kGaugeArguments{
    squash<&GaugeArgs::common>(kCommonSchema),
    attr<&GaugeArgs::action>("action", kRequired, "`set`, `inc`, `dec`, `add` or `sub`."),
};
constexpr std::array kHistogramArguments{
    squash<&HistogramArgs::common>(kCommonSchema),
    attr<&HistogramArgs::buckets>("buckets", kRequired, "Upper bounds; an empty list takes Prometheus' own."),
};
constexpr Schema kCounterSchema = schema<CounterArgs>("metric.counter", "Goes up only.", kCounterArguments);
constexpr Schema kGaugeSchema = schema<GaugeArgs>("metric.gauge", "Goes up and down.", kGaugeArguments);
constexpr Schema kHistogramSchema = schema<HistogramArgs>("metric.histogram", "Counts values by size.", kHistogramArguments);

constexpr EnumGroup kMetricGroup{
    []() -> size_t { return 3; },
    [](size_t index) -> EnumBlock {
      static constexpr const Schema* kSchemas[] = {&kCounterSchema, &kGaugeSchema, &kHistogramSchema};
      return {kSchemas[index]->name.substr(std::string_view("metric.").size()), kSchemas[index], kSchemas[index]};
    },
};
constexpr std::array kArguments{enum_group<&Args::metrics>("metric", "The metrics.", kMetricGroup)};

enum class Action : uint8_t { kInc, kDec, kAdd, kSub, kSet, kBytes, kNothing };

Action action_of(std::string_view word) {
  return word == "inc" ? Action::kInc : word == "dec" ? Action::kDec : word == "add" ? Action::kAdd : word == "sub" ? Action::kSub : Action::kSet;
}

struct Definition {
  CustomMetric::Options options;
  std::string source;  // empty: every line
  std::string value;   // empty: any
  Action action;
  bool needs_value() const { return action != Action::kInc && action != Action::kDec; }
};

/// A number, a text that is one, a duration in seconds. False for others.
bool number_of(const Slot& slot, double& out) {
  switch (slot.kind()) {
    case Slot::Kind::kFloat: return out = slot.as_number(), true;
    case Slot::Kind::kBool: return out = slot.as_bool() ? 1 : 0, true;
    case Slot::Kind::kText: break;
    default: return false;
  }
  if (const auto number = to_float(slot.as_text())) return out = *number, true;
  const auto duration = parse_duration(slot.as_text());
  if (!duration) return false;
  constexpr int64_t kSecond = 1'000'000'000;
  out = static_cast<double>(*duration / kSecond) + static_cast<double>(*duration % kSecond) / 1e9;
  return true;
}

using Metrics = std::vector<std::shared_ptr<CustomMetric>>;

class Running final : public RowStage {
 public:
  Running(const StageContext& context, const std::vector<Definition>& definitions, const Metrics& metrics)
      : labels_(context.labels), clock_(context.clock), definitions_(definitions) {
    for (const Definition& definition : definitions)
      readings_.push_back(definition.source.empty() ? Reading() : context.reading(definition.source));
    take(metrics);
  }

  void apply(Rows& rows) override {
    const int64_t now_s = clock_.wall_ns() / 1'000'000'000;
    for (size_t i = 0; i < definitions_.size(); ++i) {
      CustomMetricLane& lane = lanes_[i];
      lane.begin();
      if (definitions_[i].source.empty())
        rows.each([&](LogRow& row) { lane.count(row.labels, definitions_[i].action == Action::kBytes ? row.line.size() : 1); });
      else
        rows.each_extracted([&](LogRow& row, Extracted extracted) { record(i, row, extracted.find(readings_[i]), rows.arena()); });
      lane.commit(now_s);
    }
  }

  /// Series live on while the block stays as it is.
  void adopt(Stage& old, const SlotTable&) override {
    Metrics metrics;
    for (const CustomMetricLane& lane : static_cast<Running&>(old).lanes_) metrics.push_back(lane.metric());
    take(metrics);
  }

 private:
  void take(const Metrics& metrics) {
    lanes_.clear();
    for (const auto& metric : metrics) lanes_.emplace_back(metric, labels_);
  }

  void record(size_t i, const LogRow& row, const Slot& slot, Arena& arena) {
    using enum CustomMetric::Change::Kind;
    if (!slot.present()) return;
    const Definition& definition = definitions_[i];
    if (std::string_view text; !definition.value.empty() && (!slot_text(slot, arena, text) || text != definition.value)) return;
    double number = 0;
    if (definition.needs_value() && !number_of(slot, number)) return;
    switch (definition.action) {
      case Action::kInc: return lanes_[i].change(row.labels, {kAdd, 1});
      case Action::kDec: return lanes_[i].change(row.labels, {kAdd, -1});
      case Action::kSub: return lanes_[i].change(row.labels, {kAdd, -number});
      case Action::kSet: return lanes_[i].change(row.labels, {kSet, number});
      default: return lanes_[i].change(row.labels, {kAdd, number});
    }
  }

  const LabelSetTable& labels_;
  const Clock& clock_;
  const std::vector<Definition> definitions_;
  std::vector<Reading> readings_;
  std::vector<CustomMetricLane> lanes_;
};

class Plan final : public StagePlan {
 public:
  explicit Plan(std::vector<Definition> definitions) : definitions_(std::move(definitions)) {}
  StageEffects effects() const override {
    StageEffects effects;
    for (const Definition& definition : definitions_)
      if (!definition.source.empty()) effects.reads.push_back(definition.source);
    return effects;
  }
  std::unique_ptr<Stage> start(const StageContext& context) const override {
    return std::make_unique<Running>(context, definitions_, metrics(context));
  }

 private:
  /// One set for all lanes; as long as some lane works with it.
  Metrics metrics(const StageContext& context) const {
    const std::lock_guard lock(mutex_);
    Metrics all;
    living_.resize(definitions_.size());
    for (size_t i = 0; i < definitions_.size(); ++i) {
      all.push_back(living_[i].lock());
      if (!all[i]) living_[i] = all[i] = CustomMetric::create(definitions_[i].options, context.clock, context.metrics);
    }
    return all;
  }

  const std::vector<Definition> definitions_;
  mutable std::mutex mutex_;
  mutable std::vector<std::weak_ptr<CustomMetric>> living_;
};

Definition define(const Common& common, MetricType type, std::string_view action) {
  const std::string prefix(common.prefix.empty() ? kDefaultPrefix : std::string_view(common.prefix));
  return {{type, prefix + common.name, common.description, {}, common.max_idle_duration.ns / 1'000'000'000}, common.source, common.value, action_of(action)};
}

Definition define(const CounterArgs& args) {
  Definition definition = define(args.common, MetricType::kCounter, args.action);
  if (!args.match_all) return definition;
  definition.source.clear();
  if (args.action == "add") definition.action = args.count_entry_bytes ? Action::kBytes : Action::kNothing;
  return definition;
}

Result<Definition> define(const HistogramArgs& args) {
  Definition definition = define(args.common, MetricType::kHistogram, "add");
  std::vector<double>& bounds = definition.options.bounds = args.buckets;
  if (bounds.empty()) bounds = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
  for (size_t i = 1; i < bounds.size(); ++i)
    if (bounds[i - 1] >= bounds[i])
      return Error{"histogram buckets must be in increasing order: " + std::to_string(bounds[i - 1]) + " >= " + std::to_string(bounds[i])};
  if (std::isinf(bounds.back()) && bounds.back() > 0) bounds.pop_back();
  return definition;
}

Result<StagePlanPtr> make_plan(const Args& args) {
  std::map<std::string, Definition> by_name;  // the last one of a name counts
  for (const EnumValue& metric : args.metrics) {
    if (metric.kind.tag == &kCounterSchema) {
      const auto& counter = metric.as<CounterArgs>();
      by_name.insert_or_assign(counter.common.name, define(counter));
    } else if (metric.kind.tag == &kGaugeSchema) {
      const auto& gauge = metric.as<GaugeArgs>();
      by_name.insert_or_assign(gauge.common.name, define(gauge.common, MetricType::kGauge, gauge.action));
    } else {
      auto histogram = define(metric.as<HistogramArgs>());
      if (!histogram) return histogram.error();
      by_name.insert_or_assign(metric.as<HistogramArgs>().common.name, std::move(*histogram));
    }
  }
  std::vector<Definition> definitions;
  for (auto& [name, definition] : by_name)
    if (definition.action != Action::kNothing) definitions.push_back(std::move(definition));
  return StagePlanPtr(std::make_shared<Plan>(std::move(definitions)));
}

}  // namespace

extern constinit const StageSpec kStage = stage<Args, make_plan>("metrics", "Makes metrics of lines, shown in /metrics.", kArguments);

}  // namespace invar::loki_process_stages_metrics
