#include "src/base/codes.h"
#include "src/lint/ottl_texts.h"
#include "src/lint/rule.h"

namespace invar::rules_language {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kLanguage,
    "inner-language",
    FindingSeverity::kError,
    "A text in a language of its own (LogQL selector, Go template, JMESPath, OTTL, time zone) does not compile: the component does not start.",
    R"~(loki.process "p" {
  forward_to = []
  stage.match {
    selector = "{app=nginx}"
    stage.drop {
      expression = "healthz"
    }
  }
}
)~",
    R"~(loki.process "p" {
  forward_to = []
  stage.match {
    selector = "{app=\"nginx\"}"
    stage.drop {
      expression = "healthz"
    }
  }
}
)~",
    "Never: the config does not run.",
    check_ottl,
    "The text was given to the parser that runs it.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_language
