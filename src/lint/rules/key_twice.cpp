#include "src/lint/rule.h"

namespace invar::rules_key_twice {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    "INV208", "key-twice", FindingSeverity::kWarning,
    "A key stands twice in one map: Helm takes the last one, and nothing of the first.",
    "podLogsViaLoki:\n  enabled: true\nclusterEvents:\n  enabled: true\npodLogsViaLoki:\n  namespaces: [prod]\n",
    "podLogsViaLoki:\n  enabled: true\n  namespaces: [prod]\nclusterEvents:\n  enabled: true\n",
    "When the first one is kept on purpose.",
    nullptr,
    "The same key is written twice in one map of the file; keys that come from a YAML merge (<<) do not count.",
    "sigs.k8s.io/yaml: Unmarshal, as Helm reads values",
    ExampleKind::kValues,
};

}  // namespace invar::rules_key_twice
