#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_function {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kFunction,
    "function",
    FindingSeverity::kError,
    "There is no such function, or not for these arguments.",
    R"~(loki.write "w" {
  endpoint {
    url = string.format("%s/loki/api/v1/push", 1, 2, 3) + 1
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = string.format("%s/loki/api/v1/push", "http://loki")
  }
}
)~",
    "Never: the expression fails when it is evaluated.",
    nullptr,
    "All arguments that matter are in the text: the function was called with them.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_function
