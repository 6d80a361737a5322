#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_reference {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kReference,
    "unresolved-reference",
    FindingSeverity::kError,
    "Nothing of that name can be referred to: Alloy refuses the config.",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.write.lokki.receiver]
}

loki.write "loki" { }
)~",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" { }
)~",
    "When another file of the same directory defines it: lint the directory, or use --as-dir.",
    nullptr,
    "All files of the module are known, and none has a block, argument or export of that name.",
    "grafana/alloy#3217",
};

}  // namespace invar::rules_reference
