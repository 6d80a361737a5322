#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_type {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kType,
    "type",
    FindingSeverity::kError,
    "The value has another type than the attribute takes.",
    R"~(loki.write "w" {
  endpoint {
    url = ["http://loki:3100/loki/api/v1/push"]
  }
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
    "The type of the value follows from the text, also through references and functions. What only running tells is not judged.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_type
