#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_stability {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kStability,
    "stability-level",
    FindingSeverity::kError,
    "The component exists, but not at the stability level, or without the community flag, that Alloy is started with: it refuses the config.",
    R"~(livedebugging { }

otelcol.processor.interval "i" {
  interval = "10s"
  output { }
}
)~",
    R"~(otelcol.processor.batch "b" {
  output { }
}
)~",
    "When the level given to lint is not the one of the deployment.",
    nullptr,
    "The level is known: by --stability.level, or from the values or arguments that start Alloy. Otherwise the summary says what the config needs.",
    "grafana/k8s-monitoring-helm#627, #1838",
};

}  // namespace invar::rules_stability
