#include "src/lint/rule.h"
#include "src/lint/suppression.h"

namespace invar::rules_unused_ignore {
using namespace lint;

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kUnusedIgnore, "unused-ignore", FindingSeverity::kWarning,
    "The comment ignores something that is not found there: what it was for is mended, and the next mistake of that kind would be hidden.",
    "// invar:ignore INV146 the doubled entries are wanted\nloki.echo \"e\" { }\n",
    "loki.source.file \"f\" {\n  targets = []\n  // invar:ignore INV146 the doubled entries are wanted\n  forward_to = [loki.echo.e.receiver, loki.echo.e.receiver]\n}\n\nloki.echo \"e\" { }\n",
    "When the finding depends on flags that are not always given.",
    nullptr,
    "Everything that the comment covers was checked, and nothing with that code was found. Codes whose rules need a flag (INV111, INV118) are left alone without it.",
    "ruff's unused-noqa",
};

}  // namespace invar::rules_unused_ignore
