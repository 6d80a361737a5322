#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_unreachable_stage {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV148";

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    size_t dead_depth = 0;
    const StageUse* dropper = nullptr;
    const std::vector<StageUse> stages = stages_of(node);
    for (const StageUse& stage : stages) {
      if (dropper && stage.depth < dead_depth) dropper = nullptr;
      if (dropper) {
        context.report({kCode, FindingSeverity::kWarning, stage.block->name_span,
                        "no line gets here: the stage.drop of line " + std::to_string(dropper->block->name_span.source->position(dropper->block->name_span.begin).line) + " drops them all",
                        "", {}});
        break;
      }
      if (drops_every_line(context, module, stage)) dropper = &stage, dead_depth = stage.depth;
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "unreachable-stage",
    FindingSeverity::kWarning,
    "Behind a stage that drops every line nothing is left to do.",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.process.p.receiver]
}

loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.drop {
    expression = ".*"
  }
  stage.decolorize { }
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.process.p.receiver]
}

loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.drop {
    expression = "debug"
  }
  stage.decolorize { }
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Never.",
    check,
    "A stage before it, of the same pipeline, drops every line: it has no condition, or one that every line meets.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_unreachable_stage
