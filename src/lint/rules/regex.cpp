#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_regex {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kRegex,
    "regex",
    FindingSeverity::kError,
    "The regular expression does not compile in RE2, which Alloy uses: the component does not start.",
    R"~(loki.process "p" {
  forward_to = []
  stage.regex {
    expression = "(?P<level>[a-z+"
  }
}
)~",
    R"~(loki.process "p" {
  forward_to = []
  stage.regex {
    expression = "(?P<level>[a-z]+)"
  }
}
)~",
    "Never: the config does not run.",
    nullptr,
    "The expression is in the text, and was compiled.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_regex
