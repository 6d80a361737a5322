#include "src/lint/rule.h"

namespace invar::rules_wrong_kind {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV203", "wrong-kind-of-snippet", FindingSeverity::kError,
    "The chart puts the text into a block of another kind: rules into a relabel component, stages into loki.process, whole components only into extraConfig. Alloy does not load the result.",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n  extraDiscoveryRules: |\n"
    "    stage.drop {\n      expression = \"debug\"\n    }\n",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n  extraLogProcessingStages: |\n"
    "    stage.drop {\n      expression = \"debug\"\n    }\n",
    "Never: the collector does not load.",
    nullptr,
    "The release of the chart tells into which block the text goes; a block in the text can by its name only stand in another one.",
    "grafana/k8s-monitoring-helm#293, #1838",
    ExampleKind::kValues,
};

}  // namespace invar::rules_wrong_kind
