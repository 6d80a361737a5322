#include "src/base/codes.h"
#include "src/lint/config_place.h"
#include "src/lint/rule.h"

namespace invar::rules_duplicate {
using namespace lint;
namespace {

/// The first one, which the others repeat.
void mend(const ConfigModel& config, Finding& finding) {
  const ConfigPlace place = place_in(config, finding.span);
  if (!place.module || place.node) return;
  for (const auto& node : place.module->nodes) {
    if (node->block->name_span.source != finding.span.source || node->block->name_span.begin != finding.span.begin) continue;
    const NodeModel* first = place.module->find(node->id);
    if (first && first != node.get()) finding.related.push_back({first->block->name_span, "first declared here"});
  }
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kDuplicate,
    "duplicate",
    FindingSeverity::kError,
    "The same name is given twice where it may stand once.",
    R"~(loki.write "w" { }

loki.write "w" { }
)~",
    R"~(loki.write "w" { }

loki.write "v" { }
)~",
    "Never: the config does not load.",
    nullptr,
    "Both places are in the text.",
    "grafana/alloy#446",
    ExampleKind::kConfig,
    mend,
};

}  // namespace invar::rules_duplicate
