#include "src/lint/rule.h"

namespace invar::rules_helm_evaluates_first {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV202", "helm-evaluates-first", FindingSeverity::kError,
    "The chart hands this text to Helm's tpl before Alloy sees it: Helm evaluates what is in {{ }}, refuses functions that only Alloy has, and leaves nothing of fields that only Alloy has.",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n  extraLogProcessingStages: |\n"
    "    stage.template {\n      source   = \"level\"\n      template = \"{{ ToUpper .Value }}\"\n    }\n",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n  extraLogProcessingStages: |\n"
    "    stage.template {\n      source   = \"level\"\n      template = \"{{ \"{{ ToUpper .Value }}\" }}\"\n    }\n",
    "Never: Helm renders something else than what is written, or nothing.",
    nullptr,
    "The release of the chart runs the text through tpl. The text is parsed and rendered as Helm does; what only Helm, the cluster or the chart knows is left open.",
    "grafana/k8s-monitoring-helm#584, #1865, grafana/alloy#4507",
    ExampleKind::kValues,
};

}  // namespace invar::rules_helm_evaluates_first
