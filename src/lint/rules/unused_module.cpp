#include "src/lint/rule.h"

namespace invar::rules_unused_module {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV145";

using Kind = NodeModel::Kind;

bool has_instance(const RuleContext& context, const NodeModel& declare) {
  bool found = false;
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    found |= node.kind == Kind::kCustom && module.custom(node.block->name.front()) == &declare;
  });
  return found;
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (node.kind == Kind::kDeclare && !context.config().around().is_module && !context.config().around().open() && !has_instance(context, node))
      context.report({kCode, FindingSeverity::kInfo, node.block->label_span.known() ? node.block->label_span : node.block->name_span, "nothing uses the module " + node.block->label, "", {}});
    if (node.kind == Kind::kArgument && node.referrers.empty() && module.owner)
      context.report({kCode, FindingSeverity::kInfo, node.block->label_span.known() ? node.block->label_span : node.block->name_span, "nothing reads the argument " + node.block->label, "", {}});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "unused-module", FindingSeverity::kInfo,
    "A declare without an instance, or an argument that nothing reads, has no effect.",
    "declare \"d\" {\n  argument \"a\" {\n    optional = true\n  }\n}\n",
    "",
    "Modules written for others to import.",
    check,
    "No instance, or no reader, is in the config.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_unused_module
