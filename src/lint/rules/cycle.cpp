#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_cycle {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kCycle,
    "cycle",
    FindingSeverity::kError,
    "Components need each other in a circle: none can be built first.",
    R"~(loki.process "a" {
  forward_to = [loki.process.b.receiver]
}

loki.process "b" {
  forward_to = [loki.process.a.receiver]
}
)~",
    R"~(loki.process "a" {
  forward_to = [loki.process.b.receiver]
}

loki.process "b" {
  forward_to = []
}
)~",
    "Never: the config does not load.",
    nullptr,
    "The references of the text close the circle.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_cycle
