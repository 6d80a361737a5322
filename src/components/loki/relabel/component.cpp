#include "src/runtime/component.h"

#include "src/components/shared/lru.h"
#include "src/components/shared/relabel.h"

namespace invar::loki_relabel {
namespace {

struct RelabelArgs {
  std::vector<LogsReceiverPtr> forward_to;
  std::vector<relabel::RuleArgs> rules;
  int64_t max_cache_size = 10'000;
  bool operator==(const RelabelArgs&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&RelabelArgs::forward_to>("forward_to", kRequired, "Where the entries go."),
    block<&RelabelArgs::rules>("rule", kOptional, "One relabel rule.", relabel::kRuleSchema),
    attr<&RelabelArgs::max_cache_size>("max_cache_size", kOptional, "Label sets whose result is remembered."),
};
constexpr Schema kArgumentsSchema = schema<RelabelArgs>("loki.relabel", "Rewrites labels of entries.", kArguments);

struct Exports {
  LogsReceiverPtr receiver;
  relabel::RulesPtr rules;
};
constexpr std::array kExports{
    attr<&Exports::receiver>("receiver", kRequired, "Takes entries."),
    attr<&Exports::rules>("rules", kRequired, "The rules, for use by sources."),
};
constexpr Schema kExportsSchema = schema<Exports>("loki.relabel", "", kExports);

struct RelabelPlan {
  std::vector<LogsReceiverPtr> forward_to;
  relabel::RulesPtr written;
  relabel::Rules rules;
  size_t cache_size;
};
using RelabelPlanPtr = std::shared_ptr<const RelabelPlan>;

struct Figures {
  explicit Figures(MetricScope& metrics)
      : processed(metrics.counter("loki_relabel_entries_processed", "Total number of log entries processed")),
        written(metrics.counter("loki_relabel_entries_written", "Total number of log entries forwarded")),
        hits(metrics.counter("loki_relabel_cache_hits", "Total number of cache hits")),
        misses(metrics.counter("loki_relabel_cache_misses", "Total number of cache misses")),
        size(metrics.gauge("loki_relabel_cache_size", "Total size of relabel cache")) {}
  Counter& processed;
  Counter& written;
  Counter& hits;
  Counter& misses;
  Gauge& size;
};

/// Rules run once per label set.
class RelabelLane final : public LogSink {
 public:
  RelabelLane(Lane& lane, NodeContext& context, RelabelPlanPtr plan)
      : labels_(lane.labels()), log_(context.log()), figures_(context.metrics()), plan_(std::move(plan)), fanout_(lane.index()), cache_(plan_->cache_size), dropped_(drop_reason("relabel")) {
    fanout_.set_receivers(plan_->forward_to);
  }
  ~RelabelLane() override { figures_.size.add(-static_cast<double>(cache_.size())); }

  Flow consume(LogBatch&& batch, Upstream& upstream) override {
    const LabelSet* from = nullptr;
    const LabelSet* to = nullptr;
    uint64_t hits = 0;
    bool any_dropped = false;
    figures_.processed.add(batch.rows.size());
    for (LogRow& row : batch.rows) {
      if (row.labels == from)
        ++hits;
      else
        to = result_of(from = row.labels, hits);
      if (to) {
        row.labels = to;
      } else {
        row.dropped = dropped_;
        any_dropped = true;
      }
    }
    figures_.hits.add(hits);
    if (any_dropped)
      take_out_dropped(batch, [this](DropReason, const LogRow& row) { note_dropped(row); });
    figures_.written.add(batch.rows.size());
    return fanout_.send(std::move(batch), upstream);
  }
  void forget(Upstream& upstream) override { fanout_.forget(upstream); }

  void adopt(RelabelPlanPtr plan) {
    const double before = static_cast<double>(cache_.size());
    if (!plan->written->equals(*plan_->written)) cache_.clear();
    cache_.resize(plan->cache_size);
    figures_.size.add(static_cast<double>(cache_.size()) - before);
    plan_ = std::move(plan);
    fanout_.set_receivers(plan_->forward_to);
  }

 private:
  struct Result {
    LabelSetPin from, to;
  };

  void note_dropped(const LogRow& row) const {
    if (log_.enabled(LogLevel::kDebug)) log_.debug("dropping entry after relabeling", {{"labels", std::string(row.labels->loki_text())}});
  }

  /// Null: dropped.
  const LabelSet* result_of(const LabelSet* from, uint64_t& hits) {
    if (const Result* known = cache_.find(from->hash()); known && same(known->from.get(), from)) {
      ++hits;
      return known->to.get();
    }
    figures_.misses.add();
    const LabelSet* to = relabelled(from);
    Result result{LabelSetPin(from), LabelSetPin(to)};
    if (Result* collided = cache_.find(from->hash())) {
      *collided = std::move(result);
    } else {
      const auto before = static_cast<double>(cache_.size());
      cache_.add(from->hash(), std::move(result));
      figures_.size.add(static_cast<double>(cache_.size()) - before);
    }
    return to;
  }

  static bool same(const LabelSet* a, const LabelSet* b) {
    return a == b || std::equal(a->labels().begin(), a->labels().end(), b->labels().begin(), b->labels().end());
  }

  const LabelSet* relabelled(const LabelSet* from) {
    arena_.reset();
    relabel::Labels labels(arena_);
    for (const Label& label : from->labels()) labels.add(label.name, label.value);
    if (!plan_->rules.apply(labels, relabel::NameRule::kClassic) || labels.all().empty()) return nullptr;
    std::vector<Label> changed(labels.all().begin(), labels.all().end());
    return labels_.intern_unsorted(changed);
  }

  LabelSetTable& labels_;
  Logger log_;
  Figures figures_;
  RelabelPlanPtr plan_;
  Fanout fanout_;
  Lru<uint64_t, Result> cache_;
  DropReason dropped_;
  Arena arena_;
};

class RelabelNode final : public NodeOf<RelabelNode> {
 public:
  using Args = RelabelArgs;
  using Plan = RelabelPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics) {
    if (args.max_cache_size <= 0) return diagnostics.refuse(at, "must provide a positive size");
    relabel::Rules rules(args.rules);
    return std::make_shared<Plan>(Plan{std::move(args.forward_to), std::make_shared<relabel::RulesCapsule>(std::move(args.rules)),
                                       std::move(rules), static_cast<size_t>(args.max_cache_size)});
  }
  static Value exports(const Args&, const Plan& plan, const ExportContext& context) {
    const Exports exported{context.receiver, plan.written};
    return to_value(kExportsSchema, &exported);
  }
  static Result<NodePtr> start(RelabelPlanPtr plan, NodeContext& context) {
    return NodePtr(std::make_unique<RelabelNode>(std::move(plan), context));
  }

  RelabelNode(RelabelPlanPtr plan, NodeContext& context) : plan_(std::move(plan)), context_(context) {}
  ~RelabelNode() override {
    for (size_t i = 0; i < context_.lanes().count(); ++i)
      context_.lanes()[i].post([receiver = context_.receiver(), i] { receiver->bind(i, nullptr); });
  }
  void run() override {
    note_new_rules();
    halves_ = LaneHalves<RelabelLane>(context_.lanes(), [plan = plan_, context = &context_](Lane& lane) {
      auto half = std::make_unique<RelabelLane>(lane, *context, plan);
      context->receiver()->bind(lane.index(), half.get());
      return half;
    });
  }
  void replan(RelabelPlanPtr plan) {
    const bool other_rules = !plan->written->equals(*plan_->written);
    plan_ = std::move(plan);
    if (other_rules) note_new_rules();
    halves_.each([plan = plan_](RelabelLane& half) { half.adopt(plan); });
  }

 private:
  void note_new_rules() const { context_.log().debug("received new relabel configs, purging cache"); }

  RelabelPlanPtr plan_;
  NodeContext& context_;
  LaneHalves<RelabelLane> halves_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<RelabelNode>("loki.relabel", Stability::kGenerallyAvailable, kArgumentsSchema,
                                                                  &kExportsSchema, "Rewrites labels of entries.");

}  // namespace invar::loki_relabel
