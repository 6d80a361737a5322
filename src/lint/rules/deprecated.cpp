#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_deprecated {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kDeprecated,
    "deprecated",
    FindingSeverity::kWarning,
    "The function has a successor, and will go away with a release of Alloy.",
    R"~(loki.write "w" {
  endpoint {
    url = env("LOKI_URL")
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = sys.env("LOKI_URL")
  }
}
)~",
    "While an Alloy that has only the old name has to read the same file.",
    nullptr,
    "The name is one of the deprecated names of the language.",
    "the deprecated names of Alloy's manual",
};

}  // namespace invar::rules_deprecated
