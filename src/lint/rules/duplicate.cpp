#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_duplicate {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kDuplicate,
    "duplicate",
    FindingSeverity::kError,
    "The same name is given twice where it may stand once.",
    R"~(loki.write "w" { }

loki.write "w" { }
)~",
    R"~(loki.write "w" { }

loki.write "v" { }
)~",
    "Never: the config does not load.",
    nullptr,
    "Both places are in the text.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_duplicate
