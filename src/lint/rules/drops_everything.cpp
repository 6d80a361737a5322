#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_drops_everything {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV142";

/// Known to match whatever the line is.
bool matches_all(const std::string& expression) {
  for (const std::string_view all : {".*", "", "^.*$", "(.*)", "^", "$", "^.*", ".*$", "(?s).*"})
    if (expression == all) return true;
  return false;
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    bool counts = false;
    for (const StageUse& stage : stages_of(node)) {
      counts |= stage.name == "metrics";
      if (stage.name != "drop" || stage.depth > 0 || counts) continue;
      const auto* expression = find_attribute(stage.block->body, "expression");
      const auto text = text_of(context, module, stage.block->body, "expression");
      if (!text || !matches_all(*text) || stage.block->body.size() > 1) continue;
      context.report({kCode, FindingSeverity::kWarning, expression->value->span, "drops every line: the expression matches anything", "", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "drops-everything", FindingSeverity::kWarning,
    "An expression that matches every line drops every line; stages behind it never run.",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.drop {\n    expression = \".*\"\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.drop {\n    expression = \".*debug.*\"\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "A pipeline that only counts, with stage.metrics before the drop.",
    check,
    "The stage has no condition, or one that every line meets.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_drops_everything
