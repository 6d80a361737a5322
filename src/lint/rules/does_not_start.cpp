#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_does_not_start {
using namespace lint;
extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kStart,
    "does-not-start",
    FindingSeverity::kWarning,
    "Alloy loads the component, and then cannot start it: it logs why once, and nothing comes out of it.",
    R"~(loki.source.syslog "s" {
  listener {
    address = "0.0.0.0"
  }
  forward_to = [loki.write.w.receiver]
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    R"~(loki.source.syslog "s" {
  listener {
    address = "0.0.0.0:5140"
  }
  forward_to = [loki.write.w.receiver]
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Never.",
    nullptr,
    "The value is in the text, and what starts the component refuses it.",
    "grafana/alloy#6542",
};

}  // namespace invar::rules_does_not_start
