#include "src/lint/rule.h"

namespace invar::rules_unknown_values_key {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV201", "unknown-values-key", FindingSeverity::kWarning,
    "The chart ignores a key it does not know, without a word: what was configured does not happen.",
    "cluster:\n  name: prod\ndestinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n  extraLogProcesingStages: |\n"
    "    stage.drop {\n      expression = \"debug\"\n    }\n",
    "cluster:\n  name: prod\ndestinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n  extraLogProcessingStages: |\n"
    "    stage.drop {\n      expression = \"debug\"\n    }\n",
    "When the key is for something else that reads the same file; keys that begin with x-, a dot or an underscore are not looked at.",
    nullptr,
    "The release of the chart is known by its layout or told; the key is none of its keys, and no key above it takes anything. A key that only other releases of the same layout know is a hint, unless the release is told.",
    "grafana/k8s-monitoring-helm docs/examples/extra-rules, profiles-receiver and meta-monitoring",
    ExampleKind::kValues,
};

}  // namespace invar::rules_unknown_values_key
