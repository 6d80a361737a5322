#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_doubled_receiver {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV146";

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    const auto* forward = node.component ? find_attribute(node.block->body, "forward_to") : nullptr;
    if (!forward) return;
    std::set<std::string_view> seen;
    for (const ast::Expr* element : elements_of(*forward->value))
      if (element->as<ast::Access>() && !seen.insert(element->span.text()).second)
        context.report({kCode, FindingSeverity::kWarning, element->span, std::string(element->span.text()) + " gets every entry twice", "remove one", {}});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "doubled-receiver", FindingSeverity::kWarning,
    "A receiver that stands twice in one list gets everything twice.",
    "loki.source.file \"f\" {\n  targets    = []\n  forward_to = [loki.write.w.receiver, loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "loki.source.file \"f\" {\n  targets    = []\n  forward_to = [loki.write.w.receiver]\n}\n\nloki.write \"w\" { }\n",
    "Never.",
    check,
    "The same receiver is written twice in one list.",
    "Alloy's fan-out: every entry goes to each receiver of a list",
};

}  // namespace invar::rules_doubled_receiver
