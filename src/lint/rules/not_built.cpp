#include "src/base/codes.h"
#include "src/base/quote.h"
#include "src/lint/rule.h"

namespace invar::rules_not_built {
using namespace lint;
namespace {

using Kind = NodeModel::Kind;

void check(RuleContext& context) {
  if (!context.for_invar()) return;
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    if (node.kind != Kind::kComponent || node.built) return;
    context.report({kNotBuilt, FindingSeverity::kError, node.block->name_span, "this build of invar cannot run component " + invar::quoted(node.name),
                    "`invar run --help` and docs/reference name what it runs"});
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kNotBuilt, "not-in-this-build", FindingSeverity::kError,
    "Alloy runs it, this build of invar does not yet: `invar run` refuses the config.",
    "prometheus.scrape \"s\" {\n  targets    = []\n  forward_to = []\n}\n",
    "loki.echo \"e\" { }\n",
    "Never with `--target invar`; without it nothing is said.",
    check,
    "Lint was asked with `--target invar`, and the build has no component or block of that name.",
    "docs/compatibility.md",
};

}  // namespace invar::rules_not_built
