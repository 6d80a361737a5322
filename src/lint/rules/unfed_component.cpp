#include "src/lint/rule.h"

namespace invar::rules_unfed_component {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV144";

/// Takes from others (exports a receiver or input) and gives to others: neither a source nor a destination.
bool passes_on(const NodeModel& node) {
  bool takes = false;
  for (const Row& row : node.component->exports) takes |= row.name == "receiver" || row.name == "input";
  return takes && (find_attribute(node.block->body, "forward_to") || node.name.starts_with("otelcol.processor."));
}

void check(RuleContext& context) {
  if (context.config().around().open()) return;
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    if (!node.component || !node.referrers.empty() || !passes_on(node)) return;
    const auto severity = node.name == "loki.process" ? FindingSeverity::kWarning : FindingSeverity::kInfo;
    context.report({kCode, severity, node.block->name_span, "nobody sends anything to " + node.id, "", {}});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "unfed-component", FindingSeverity::kWarning,
    "A component that only passes on what others send it does nothing when nobody sends.",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "loki.source.file \"f\" {\n  targets    = []\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "While a pipeline is being built; a component kept for a switch-over.",
    check,
    "No component of the config refers to it.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_unfed_component
