#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_strftime_layout {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV133";

bool is_strftime(std::string_view layout) {
  for (const std::string_view letter : {"%Y", "%m", "%d", "%H", "%M", "%S", "%b", "%y"})
    if (layout.find(letter) != std::string_view::npos) return true;
  return false;
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    for (const StageUse& stage : stages_of(node)) {
      const auto* format = stage.name == "timestamp" ? find_attribute(stage.block->body, "format") : nullptr;
      const auto text = format ? text_of(context, module, stage.block->body, "format") : std::nullopt;
      if (text && is_strftime(*text))
        context.report({kCode, FindingSeverity::kWarning, format->value->span, "a strftime layout: no time is ever read by it",
                        "write how 2006-01-02 15:04:05 would look", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "strftime-layout", FindingSeverity::kWarning,
    "Layouts are written as Go writes them: the reference time 2006-01-02 15:04:05; percent signs stand for themselves and never match.",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.timestamp {\n    source = \"ts\"\n    format = \"%Y-%m-%d\"\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.timestamp {\n    source = \"ts\"\n    format = \"2006-01-02\"\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "A time text that really has percent signs in it.",
    check,
    "The layout has percent signs with letters of strftime.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_strftime_layout
