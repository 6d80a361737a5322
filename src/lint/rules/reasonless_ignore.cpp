#include "src/lint/rule.h"
#include "src/lint/suppression.h"

namespace invar::rules_reasonless_ignore {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kReasonlessIgnore, "reasonless-ignore", FindingSeverity::kWarning,
    "The comment ignores a finding without saying why: whoever reads it next cannot tell whether it still holds.",
    "loki.source.file \"f\" {\n  targets = []\n  // invar:ignore INV146\n  forward_to = [loki.echo.e.receiver, loki.echo.e.receiver]\n}\n\nloki.echo \"e\" { }\n",
    "loki.source.file \"f\" {\n  targets = []\n  // invar:ignore INV146 the doubled entries are wanted\n  forward_to = [loki.echo.e.receiver, loki.echo.e.receiver]\n}\n\nloki.echo \"e\" { }\n",
    "When the reason stands elsewhere, and everybody knows where.",
    nullptr,
    "Nothing stands behind the codes of the comment.",
    "golangci-lint's nolintlint",
};

}  // namespace invar::rules_reasonless_ignore
