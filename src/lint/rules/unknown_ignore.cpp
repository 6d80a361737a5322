#include "src/lint/rule.h"
#include "src/lint/suppression.h"

namespace invar::rules_unknown_ignore {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kUnknownIgnore, "unknown-ignore", FindingSeverity::kWarning,
    "The comment names no rule, so that it ignores nothing.",
    "// invar:ignore INV999 nobody knows why\nloki.echo \"e\" { }\n",
    "loki.source.file \"f\" {\n  targets = []\n  // invar:ignore INV146 the doubled entries are wanted\n  forward_to = [loki.echo.e.receiver, loki.echo.e.receiver]\n}\n\nloki.echo \"e\" { }\n",
    "When the rule is one of a newer invar.",
    nullptr,
    "The word behind `invar:ignore` is the code of no rule of this build; prefixes and ALL are not codes.",
    "golangci-lint's nolintlint",
};

}  // namespace invar::rules_unknown_ignore
