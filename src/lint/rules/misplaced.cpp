#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_misplaced {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kPlace,
    "misplaced",
    FindingSeverity::kError,
    "A block or a label stands where Alloy allows none.",
    R"~(argument "x" { }
)~",
    R"~(declare "d" {
  argument "x" { }
}
)~",
    "When the file is the module of an import: lint takes it for one when argument or export blocks stand at its top.",
    nullptr,
    "The place is wrong in every Alloy.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_misplaced
