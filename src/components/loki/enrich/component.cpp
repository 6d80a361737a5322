#include <algorithm>
#include <unordered_map>

#include "src/language/target.h"
#include "src/runtime/component.h"

namespace invar::loki_enrich {
namespace {

struct EnrichArgs {
  std::vector<Target> targets;
  std::string target_match_label;
  std::string logs_match_label;
  std::vector<std::string> labels_to_copy;
  std::vector<LogsReceiverPtr> forward_to;
  bool operator==(const EnrichArgs&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&EnrichArgs::targets>("targets", kRequired, "Targets whose labels go on the entries."),
    attr<&EnrichArgs::target_match_label>("target_match_label", kRequired, "The label by whose value a target is found."),
    attr<&EnrichArgs::logs_match_label>("logs_match_label", kOptional, "The label of entries that is looked up; when empty the same as of targets."),
    attr<&EnrichArgs::labels_to_copy>("labels_to_copy", kOptional, "Labels to copy from the target; when empty all of them."),
    attr<&EnrichArgs::forward_to>("forward_to", kRequired, "Where the entries go."),
};
constexpr Schema kArgumentsSchema = schema<EnrichArgs>("loki.enrich", "Adds labels of discovered targets to entries.", kArguments);

struct Exports {
  LogsReceiverPtr receiver;
};
constexpr std::array kExports{attr<&Exports::receiver>("receiver", kOptional, "Takes entries.")};
constexpr Schema kExportsSchema = schema<Exports>("loki.enrich", "", kExports);

/// What to copy on to entries, by the value that finds it: views into `targets`.
struct EnrichPlan {
  std::vector<LogsReceiverPtr> forward_to;
  std::string match_label;
  std::vector<Target> targets;
  std::unordered_map<std::string_view, std::vector<Label>> labels_of;
};
using EnrichPlanPtr = std::shared_ptr<const EnrichPlan>;

/// Of named labels only those with a value; views into the target.
std::vector<Label> labels_to_copy(const Target& target, std::span<const std::string> names) {
  std::vector<Label> labels;
  for (const auto& [name, value] : target.labels())
    if (names.empty() || (!value.empty() && std::find(names.begin(), names.end(), name) != names.end())) labels.push_back({name, value});
  return labels;
}

class EnrichLane final : public LogSink {
 public:
  EnrichLane(Lane& lane, EnrichPlanPtr plan) : labels_(lane.labels()), fanout_(lane.index()) { adopt(std::move(plan)); }

  Flow consume(LogBatch&& batch, Upstream& upstream) override {
    // Entries of one file or stream come one after the other.
    const LabelSet* from = nullptr;
    const LabelSet* to = nullptr;
    for (LogRow& row : batch.rows) {
      if (row.labels != from) to = enriched(from = row.labels);
      row.labels = to;
    }
    return fanout_.send(std::move(batch), upstream);
  }
  void forget(Upstream& upstream) override { fanout_.forget(upstream); }

  void adopt(EnrichPlanPtr plan) {
    plan_ = std::move(plan);
    fanout_.set_receivers(plan_->forward_to);
  }

 private:
  const LabelSet* enriched(const LabelSet* set) {
    const auto value = set->find(plan_->match_label);
    if (!value || value->empty()) return set;
    const auto found = plan_->labels_of.find(*value);
    return found == plan_->labels_of.end() ? set : labels_.with_all(set, found->second);
  }

  LabelSetTable& labels_;
  EnrichPlanPtr plan_;
  Fanout fanout_;
};

class EnrichNode final : public NodeOf<EnrichNode> {
 public:
  using Args = EnrichArgs;
  using Plan = EnrichPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static EnrichPlanPtr make_plan(Args args, Span, Diagnostics&) {
    auto plan = std::make_shared<Plan>();
    plan->forward_to = std::move(args.forward_to);
    plan->match_label = args.logs_match_label.empty() ? args.target_match_label : args.logs_match_label;
    plan->targets = std::move(args.targets);
    // Of targets with the same value the last one counts.
    for (const Target& target : plan->targets)
      if (const std::string* value = target.find(args.target_match_label); value && !value->empty())
        plan->labels_of.insert_or_assign(*value, labels_to_copy(target, args.labels_to_copy));
    return plan;
  }
  static Value exports(const Args&, const Plan&, const ExportContext& context) {
    const Exports exported{context.receiver};
    return to_value(kExportsSchema, &exported);
  }
  static Result<NodePtr> start(EnrichPlanPtr plan, NodeContext& context) { return NodePtr(std::make_unique<EnrichNode>(std::move(plan), context)); }

  EnrichNode(EnrichPlanPtr plan, NodeContext& context) : plan_(std::move(plan)), context_(context) {}
  ~EnrichNode() override {
    for (size_t i = 0; i < context_.lanes().count(); ++i)
      context_.lanes()[i].post([receiver = context_.receiver(), i] { receiver->bind(i, nullptr); });
  }
  void run() override {
    halves_ = LaneHalves<EnrichLane>(context_.lanes(), [plan = plan_, context = &context_](Lane& lane) {
      auto half = std::make_unique<EnrichLane>(lane, plan);
      context->receiver()->bind(lane.index(), half.get());
      return half;
    });
  }
  void replan(EnrichPlanPtr plan) {
    plan_ = std::move(plan);
    halves_.each([plan = plan_](EnrichLane& half) { half.adopt(plan); });
  }

 private:
  EnrichPlanPtr plan_;
  NodeContext& context_;
  LaneHalves<EnrichLane> halves_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<EnrichNode>("loki.enrich", Stability::kExperimental, kArgumentsSchema, &kExportsSchema,
                                                                 "Adds labels of discovered targets to entries.");

}  // namespace invar::loki_enrich
