#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_doubled_receiver {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV146";

/// Takes the element out with the comma before it; nothing when something else stands there, a comment.
std::optional<Fix> without(const ast::Expr& element, const ast::Expr& before) {
  const Span cut{element.span.source, before.span.end, element.span.end};
  const std::string_view between = Span{cut.source, cut.begin, element.span.begin}.text();
  if (between.find_first_not_of(", \t\r\n") != std::string_view::npos) return std::nullopt;
  return Fix{"remove the second one", true, {{cut, ""}}};
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    const auto* forward = node.component ? find_attribute(node.block->body, "forward_to") : nullptr;
    if (!forward) return;
    std::map<std::string_view, const ast::Expr*> seen;
    const std::vector<const ast::Expr*> elements = elements_of(*forward->value);
    for (size_t i = 0; i < elements.size(); ++i) {
      const ast::Expr& element = *elements[i];
      if (!element.as<ast::Access>()) continue;
      const auto [first, is_new] = seen.emplace(element.span.text(), &element);
      if (is_new) continue;
      Finding finding{kCode, FindingSeverity::kWarning, element.span, std::string(element.span.text()) + " gets every entry twice", "remove one"};
      finding.fix = without(element, *elements[i - 1]);
      if (first->second->span.source == element.span.source) finding.related.push_back({first->second->span, "once here"});
      context.report(std::move(finding));
    }
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
