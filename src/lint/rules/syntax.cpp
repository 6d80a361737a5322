#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_syntax {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kSyntax,
    "syntax",
    FindingSeverity::kError,
    "The text is not Alloy syntax: nothing of the file is loaded.",
    R"~(loki.write "w" {
  endpoint {
    url = "http://loki:3100
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Never: the file does not load.",
    nullptr,
    "The parser stops. Only the first place is reported: behind it the parser guesses.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_syntax
