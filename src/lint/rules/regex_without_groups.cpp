#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_regex_without_groups {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV132";

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    for (const StageUse& stage : stages_of(node)) {
      if (stage.name != "regex") continue;
      const auto* expression = find_attribute(stage.block->body, "expression");
      const auto text = text_of(context, module, stage.block->body, "expression");
      const StageNames names = names_of(context, module, stage);
      if (!text || names.open || !names.extracts.empty()) continue;
      context.report({kCode, FindingSeverity::kWarning, expression->value->span, "the expression has no named group, so nothing is extracted",
                      "name what you want to have: (?P<name>...)", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "regex-without-groups", FindingSeverity::kWarning,
    "stage.regex extracts named groups only; without one it does nothing.",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.regex {\n    expression = \"^(\\\\S+)\"\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.regex {\n    expression = \"^(?P<level>\\\\S+)\"\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "Never.",
    check,
    "The expression is in the text and has no named group.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_regex_without_groups
