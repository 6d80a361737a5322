#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_unreadable {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kUnreadable, "unreadable", FindingSeverity::kError,
    "The file cannot be read, or not as what it is said to be; the other files are checked all the same, and the exit code is 2.",
    "podLogs:\n\tenabled: true\n",
    "podLogs:\n  enabled: true\n",
    "Never: nothing in the file was checked.",
    nullptr,
    "The file could not be opened or decoded: it is not there, no UTF-8, no YAML, or more than is read (32 MiB, two million values, 100 levels).",
    "grafana/k8s-monitoring-helm#584",
    ExampleKind::kValues,
};

}  // namespace invar::rules_unreadable
