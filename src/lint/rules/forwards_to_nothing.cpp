#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_forwards_to_nothing {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV140";

using Kind = NodeModel::Kind;

bool only_counts(const NodeModel& node) {
  for (const StageUse& stage : stages_of(node))
    if (stage.name == "metrics") return true;
  return false;
}

/// Whether anybody refers to that export of the node.
bool is_used(const NodeModel& node, std::string_view field) {
  for (const NodeModel* referrer : node.referrers)
    for (const Reference& reference : referrer->references)
      if (reference.target == &node && reference.field() == field) return true;
  return false;
}

/// A relabel component forwards to nobody when only its rules are wanted: who sends to it makes the mistake.
void check_senders(RuleContext& context, const NodeModel& node) {
  // Without rules it is an end for everything, on purpose.
  const auto severity = find_block(node.block->body, "rule") ? FindingSeverity::kWarning : FindingSeverity::kInfo;
  for (const NodeModel* sender : node.referrers)
    for (const Reference& reference : sender->references)
      if (reference.target == &node && reference.field() == "receiver")
        context.report({kCode, severity, reference.traversal.span(), node.id + " forwards to nobody: what is sent there is lost",
                        "give its rules to relabel_rules, or forward from it", {}});
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    if (node.kind != Kind::kComponent) return;
    const auto* forward = find_attribute(node.block->body, "forward_to");
    const auto* list = forward ? forward->value->as<ast::ArrayLiteral>() : nullptr;
    if (!list || !list->elements.empty() || only_counts(node)) return;
    if (node.name.ends_with(".relabel") && is_used(node, "receiver")) return check_senders(context, node);
    if (is_used(node, "rules")) return;
    // Others are kept as an end for everything on purpose.
    const auto severity = node.name == "loki.process" ? FindingSeverity::kWarning : FindingSeverity::kInfo;
    context.report({kCode, severity, forward->value->span, node.id + " forwards to nobody: what enters it is lost",
                    "name a receiver, or remove the component", {}});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "forwards-to-nothing", FindingSeverity::kWarning,
    "What enters a component that forwards to nobody is dropped without a word.",
    "loki.source.file \"f\" {\n  targets    = []\n  forward_to = []\n}\n",
    "loki.source.file \"f\" {\n  targets    = []\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "A loki.process whose stage.metrics is all that is wanted, a loki.relabel of which only the rules are used.",
    check,
    "The list of receivers is written as an empty one.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_forwards_to_nothing
