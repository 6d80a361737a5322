#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_unfed_component {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV144";

bool exports_any(const NodeModel& node, std::initializer_list<std::string_view> names) {
  for (const Row& row : node.component->exports)
    for (const std::string_view name : names)
      if (row.name == name) return true;
  return false;
}

bool takes_data(const NodeModel& node) { return exports_any(node, {"receiver", "input"}); }

/// Takes from others and gives to others: neither a source nor a destination.
bool passes_on(const NodeModel& node) {
  return takes_data(node) && (find_attribute(node.block->body, "forward_to") || node.name.starts_with("otelcol.processor.") || node.name.starts_with("otelcol.connector."));
}

/// Works for others alone: it finds targets, reads a secret, makes a login.
bool provides(const NodeModel& node) {
  if (find_attribute(node.block->body, "forward_to") || find_block(node.block->body, "output")) return false;
  return exports_any(node, {"targets", "output", "content", "data", "handler", "rules"}) && !takes_data(node);
}

/// What nobody's use of the component makes of it; empty when it does its work all the same.
std::string idleness(const NodeModel& node) {
  if (passes_on(node)) return "nobody sends anything to " + node.id;
  if (takes_data(node)) return "nobody sends anything to " + node.id + ": it delivers nothing";
  return provides(node) ? "nobody uses " + node.id : std::string();
}

void check(RuleContext& context) {
  // A reference that leads nowhere, or is missing, may be meant for it.
  if (context.config().around().open()) return;
  for (const std::string_view code : {codes::kReference, codes::kMissing, codes::kName, codes::kCycle})
    if (context.has_found(code)) return;
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    const std::string idle = node.component && node.referrers.empty() ? idleness(node) : std::string();
    const auto severity = node.name == "loki.process" ? FindingSeverity::kWarning : FindingSeverity::kInfo;
    // What has to be switched on first is another finding.
    if (idle.empty() || (severity == FindingSeverity::kInfo && !FeatureGate().component(node.name))) return;
    const Span head = node.block->label_span.known() ? node.block->name_span.through(node.block->label_span) : node.block->name_span;
    context.report({kCode, severity, head, idle, "", {}});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "unfed-component", FindingSeverity::kWarning,
    "A component that only passes on what others send it, or works for others, does nothing when nobody refers to it.",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "loki.source.file \"f\" {\n  targets    = []\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "While a pipeline is being built; a component kept for a switch-over.",
    check,
    "No component of the config refers to it.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_unfed_component
