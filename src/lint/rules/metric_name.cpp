#include "src/lint/forms.h"
#include "src/lint/rule.h"

namespace invar::rules_metric_name {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV137";

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel& node, const BlockFacts& facts) {
    if (node.name != "loki.process") return;
    facts.each_block([&](const BlockFacts& block) {
      if (!block.block() || block.block()->name.front() != "metric") return;
      for (const char* part : {"name", "prefix"}) {
        const AttributeFacts* attribute = block.attribute(part);
        const Text text = block.text(part);
        if (!attribute || !text.value || text.value->empty() || is_plain_name(*text.value, true)) continue;
        context.report({kCode, FindingSeverity::kWarning, attribute->written->value->span, "\"" + *text.value + "\" is no name of a metric as Prometheus has them",
                        "use letters, digits and _", {}});
      }
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "metric-name",
    FindingSeverity::kWarning,
    "Names of metrics are letters, digits, underscores and colons for most that read them: others are refused or shown with other characters.",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.process.p.receiver]
}

loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.metrics {
    metric.counter {
      name      = "nginx-errors-total"
      action    = "inc"
      match_all = true
    }
  }
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
  stage.metrics {
    metric.counter {
      name      = "nginx_errors_total"
      action    = "inc"
      match_all = true
    }
  }
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Where everything that reads the metrics takes UTF-8 names.",
    check,
    "The name is in the text.",
    "the metrics endpoint of Alloy",
};

}  // namespace invar::rules_metric_name
