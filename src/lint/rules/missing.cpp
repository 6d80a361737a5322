#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_missing {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kMissing,
    "missing",
    FindingSeverity::kError,
    "A required attribute, block or label is missing.",
    R"~(loki.write "w" {
  endpoint { }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Never: the config does not load.",
    nullptr,
    "The table recorded from Alloy says that it is required.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_missing
