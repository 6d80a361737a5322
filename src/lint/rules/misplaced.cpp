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
    R"~(declare "d" {
  logging { }
}
)~",
    R"~(logging { }

declare "d" {
  argument "x" { }
}
)~",
    "Never: the config does not load. Where argument and export stand at the top of a file that a directory holds, it is taken for the module of an import; of one that is named, "
    "`modules` in .invar.toml says so.",
    nullptr,
    "The place is wrong in every Alloy.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_misplaced
