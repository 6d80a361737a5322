#include "src/lint/rule.h"

namespace invar::rules_finite_retries {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV162";

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel& node, const BlockFacts& facts) {
    if (node.name != "loki.write") return;
    for (const auto& endpoint : facts.inner()) {
      const AttributeFacts* attribute = endpoint->attribute("max_backoff_retries");
      if (attribute && (endpoint->amount("max_backoff_retries") > 0).yes())
        context.report({kCode, FindingSeverity::kInfo, attribute->written->value->span, "after " + endpoint->text("max_backoff_retries").value.value_or("") + " attempts a batch is dropped",
                        "0 tries without end", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "finite-retries",
    FindingSeverity::kInfo,
    "When its retries are used up Alloy drops the batch: an outage that is longer loses lines.",
    R"~(loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
    max_backoff_retries = 5
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
    max_backoff_retries = 0
  }
}
)~",
    "Where old lines are worth nothing.",
    check,
    "The number is written, and not 0, which is without end.",
    "grafana/alloy#1206",
};

}  // namespace invar::rules_finite_retries
