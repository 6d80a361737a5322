#include "src/lint/rule.h"

namespace invar::rules_old_layout {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV205", "old-chart-layout", FindingSeverity::kWarning,
    "The values are written for an older chart than the one they are checked as: it ignores what it does not know.",
    "collectors:\n  alloy-logs:\n    presets: [filesystem-log-reader, daemonset]\ndestinations:\n  loki:\n    type: loki\n"
    "    url: http://loki:3100/loki/api/v1/push\npodLogs:\n  enabled: true\n",
    "collectors:\n  alloy-logs:\n    presets: [filesystem-log-reader, daemonset]\ndestinations:\n  loki:\n    type: loki\n"
    "    url: http://loki:3100/loki/api/v1/push\npodLogsViaLoki:\n  enabled: true\n  collector: alloy-logs\n",
    "When the file is not for that chart: `--chart-version` says which one it is for.",
    nullptr,
    "The layout is known by collectors and destinations, or the release is told; the root key is one of an older layout only. Values that are wholly of an older layout are checked as its newest release, without a word.",
    "grafana/k8s-monitoring-helm UPGRADING.md",
    ExampleKind::kValues,
};

}  // namespace invar::rules_old_layout
