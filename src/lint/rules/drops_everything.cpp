#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_drops_everything {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV142";

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    bool counts = false;
    for (const StageUse& stage : stages_of(node)) {
      counts |= stage.name == "metrics";
      const auto* expression = stage.name == "drop" ? find_attribute(stage.block->body, "expression") : nullptr;
      const auto text = expression ? text_of(context, module, stage.block->body, "expression") : std::nullopt;
      if (!text || !matches_every_line(*text)) continue;
      if (stage.depth == 0 && !counts && drops_every_line(context, module, stage))
        context.report({kCode, FindingSeverity::kWarning, expression->value->span, "drops every line: the expression matches anything", "", {}});
      else if (const auto source = text_of(context, module, stage.block->body, "source"))
        context.report({kCode, FindingSeverity::kInfo, expression->value->span, "drops every line that has \"" + *source + "\": the expression matches anything",
                        "leave the expression out when that is meant", {}});
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
