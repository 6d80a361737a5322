#include "src/lint/rule.h"

namespace invar::rules_unrendered_reference {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV206", "not-rendered-by-the-chart", FindingSeverity::kError,
    "A name in the values leads to a destination, data processor or collector that the chart will not render there: Helm refuses the values, leaves something out, or Alloy does not load.",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\n    extraConfig: |\n      loki.source.api \"push\" {\n        http {\n          listen_port = 3500\n"
    "        }\n        forward_to = [loki.write.grafana_cloud.receiver]\n      }\n",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\n    includeDestinations: [loki]\n    extraConfig: |\n      loki.source.api \"push\" {\n"
    "        http {\n          listen_port = 3500\n        }\n        forward_to = [loki.write.loki.receiver]\n      }\n",
    "When another values file defines it: give all of them, `-f a.yaml -f b.yaml`.",
    nullptr,
    "The values define destinations (collectors, data processors), and none of that name; or no feature of the collector sends to it and includeDestinations does not name it. What only rendering tells is a hint.",
    "grafana/k8s-monitoring-helm docs/collectors",
    ExampleKind::kValues,
};

}  // namespace invar::rules_unrendered_reference
