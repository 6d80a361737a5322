#include "src/runtime/component.h"

#include "src/components/shared/relabel.h"

namespace invar::discovery_relabel {
namespace {

struct RelabelArgs {
  std::vector<Target> targets;
  std::vector<relabel::RuleArgs> rules;
  bool operator==(const RelabelArgs&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&RelabelArgs::targets>("targets", kRequired, "Targets to relabel."),
    block<&RelabelArgs::rules>("rule", kOptional, "One relabel rule.", relabel::kRuleSchema),
};
constexpr Schema kArgumentsSchema = schema<RelabelArgs>("discovery.relabel", "Rewrites, keeps or drops targets.", kArguments);

struct Exports {
  std::vector<Target> output;
  relabel::RulesPtr rules;
};
constexpr std::array kExports{
    attr<&Exports::output>("output", kRequired, "Targets after relabeling."),
    attr<&Exports::rules>("rules", kRequired, "The rules as a value."),
};
constexpr Schema kExportsSchema = schema<Exports>("discovery.relabel", "", kExports);

struct RelabelPlan {
  std::vector<Target> output;
  relabel::RulesPtr rules;
};

/// The target's labels after the rules; nullopt when they drop it. A target that no rule changes stays the same shared one.
std::optional<Target> relabelled(const Target& target, const relabel::Rules& rules, relabel::Labels& labels) {
  labels.clear();
  for (const auto& [name, value] : target.labels()) labels.add(name, value);
  const size_t before = labels.all().size();
  if (!rules.apply(labels, relabel::NameRule::kAnyText)) return std::nullopt;
  const auto after = labels.all();
  const bool unchanged = before == target.labels().size() && after.size() == before &&
                         std::equal(after.begin(), after.end(), target.labels().begin(),
                                    [](const Label& a, const Target::Label& b) { return a.name == b.first && a.value == b.second; });
  if (unchanged) return target;
  std::vector<Target::Label> changed;
  changed.reserve(after.size());
  for (const Label& label : after) changed.emplace_back(label.name, label.value);
  return Target(std::move(changed));
}

std::vector<Target> relabel_all(const RelabelArgs& args) {
  const relabel::Rules rules(args.rules);
  Arena arena;
  relabel::Labels labels(arena);
  std::vector<Target> output;
  output.reserve(args.targets.size());
  for (const Target& target : args.targets) {
    arena.reset();
    if (auto kept = relabelled(target, rules, labels)) output.push_back(std::move(*kept));
  }
  return output;
}

/// Nothing runs: the output follows from the arguments.
class RelabelNode final : public NodeOf<RelabelNode> {
 public:
  using Args = RelabelArgs;
  using Plan = RelabelPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) {
    auto output = relabel_all(args);
    return std::make_shared<Plan>(Plan{std::move(output), std::make_shared<relabel::RulesCapsule>(std::move(args.rules))});
  }
  static Value exports(const Args&, const Plan& plan, const ExportContext&) {
    const Exports exported{plan.output, plan.rules};
    return to_value(kExportsSchema, &exported);
  }
  static Result<NodePtr> start(std::shared_ptr<const Plan>, NodeContext&) { return NodePtr(std::make_unique<RelabelNode>()); }
  void replan(std::shared_ptr<const Plan>) {}
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<RelabelNode>("discovery.relabel", Stability::kGenerallyAvailable, kArgumentsSchema,
                                                                  &kExportsSchema, "Rewrites, keeps or drops targets.");

}  // namespace invar::discovery_relabel
