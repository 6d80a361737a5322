#include "src/lint/rule.h"

namespace invar::rules_newer_chart {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV207", "newer-chart", FindingSeverity::kWarning,
    "The chart's release is newer than all whose values are known here: keys that it has gained are reported as unknown.",
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: k8s-monitoring\nspec:\n  chart:\n    spec:\n      chart: k8s-monitoring\n"
    "      version: 99.0.0\n  values:\n    cluster:\n      name: prod\n",
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: k8s-monitoring\nspec:\n  chart:\n    spec:\n      chart: k8s-monitoring\n"
    "      version: 4.4.0\n  values:\n    cluster:\n      name: prod\n",
    "Until a release of invar knows the chart.",
    nullptr,
    "The version is told, by `--chart-version` or by the object that installs the chart, and is above the newest known one.",
    "grafana/k8s-monitoring-helm releases",
    ExampleKind::kValues,
};

}  // namespace invar::rules_newer_chart
