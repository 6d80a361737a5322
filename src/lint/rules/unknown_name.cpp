#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_unknown_name {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kName,
    "unknown-name",
    FindingSeverity::kError,
    "Alloy has no component, block or attribute of that name here: the whole config is refused.",
    R"~(loki.process "p" {
  forward_to = []
  stage.static {
    values = { team = "a" }
  }
}
)~",
    R"~(loki.process "p" {
  forward_to = []
  stage.static_labels {
    values = { team = "a" }
  }
}
)~",
    "Never: the config does not load.",
    nullptr,
    "The name is in none of the tables recorded from Alloy. A name at distance one with no rival is a safe fix, another near one an unsafe fix.",
    "grafana/k8s-monitoring-helm: docs/examples/extra-rules",
};

}  // namespace invar::rules_unknown_name
