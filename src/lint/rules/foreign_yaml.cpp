#include "src/lint/rule.h"

namespace invar::rules_foreign_yaml {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV204", "yaml-instead-of-blocks", FindingSeverity::kError,
    "The text is YAML of Promtail or Prometheus, and Alloy reads no YAML: the collector does not load.",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\nnodeLogs:\n  enabled: true\n  collector: alloy-logs\n  extraDiscoveryRules: |\n    - action: keep\n"
    "      regex: kubelet.service\n      source_labels: [__journal__systemd_unit]\n",
    "destinations:\n  loki:\n    type: loki\n    url: http://loki:3100/loki/api/v1/push\ncollectors:\n  alloy-logs:\n"
    "    presets: [filesystem-log-reader, daemonset]\nnodeLogs:\n  enabled: true\n  collector: alloy-logs\n  extraDiscoveryRules: |\n    rule {\n"
    "      action        = \"keep\"\n      regex         = \"kubelet.service\"\n      source_labels = [\"__journal__systemd_unit\"]\n    }\n",
    "Never: the collector does not load. `--unsafe-fixes` writes the same as Alloy blocks, when all of it has a counterpart.",
    nullptr,
    "The text begins as a YAML list or map, which no Alloy text does, and is one.",
    "varunpappu/articles grafana-k8s-monitoring/alloy-logs/node-logs/values.yaml",
    ExampleKind::kValues,
};

}  // namespace invar::rules_foreign_yaml
