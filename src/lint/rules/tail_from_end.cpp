#include "src/lint/rule.h"

namespace invar::rules_tail_from_end {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV160";

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    const AttributeFacts* attribute = facts.attribute("tail_from_end");
    if (attribute && facts.flag("tail_from_end").yes())
      context.report({kCode, FindingSeverity::kInfo, attribute->written->value->span, "lines that were written before the file is first seen are not read", "", {}});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "tail-from-end",
    FindingSeverity::kInfo,
    "A file that is read from its end when Alloy first sees it loses what was written before: at its first start, and when its positions are lost.",
    R"~(loki.source.file "f" {
  targets       = [{ "__path__" = "/a.log" }]
  tail_from_end = true
  forward_to    = [loki.write.w.receiver]
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    R"~(loki.source.file "f" {
  targets    = [{ "__path__" = "/a.log" }]
  forward_to = [loki.write.w.receiver]
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Where old lines are not wanted.",
    check,
    "The attribute is written, and true.",
    "grafana/alloy#4564",
};

}  // namespace invar::rules_tail_from_end
