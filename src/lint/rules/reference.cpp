#include "src/base/codes.h"
#include "src/lint/config_place.h"
#include "src/lint/nearest_name.h"
#include "src/lint/rule.h"

namespace invar::rules_reference {
using namespace lint;
namespace {

using Kind = NodeModel::Kind;

std::vector<std::string> exports_of(const NodeModel& node) {
  std::vector<std::string> names;
  if (node.component)
    for (const Row& row : node.component->exports) names.emplace_back(row.name);
  else if (node.kind == Kind::kArgument) names.emplace_back("value");
  else if (node.definition)
    for (const auto& inner : node.definition->nodes)
      if (inner->kind == Kind::kExport) names.push_back(inner->block->label);
  return names;
}

/// All that can be referred to in a module, as references write it.
std::vector<std::string> references_in(const ModuleModel& module) {
  std::vector<std::string> names;
  for (const ModuleModel* around = &module; around; around = around->around)
    for (const auto& node : around->nodes)
      for (const std::string& name : exports_of(*node)) names.push_back(node->id + "." + name);
  return names;
}

/// The node that has no export of that name, which stands at `last`.
const NodeModel* target_before(const NodeModel& node, const Span& last) {
  for (const Reference& reference : node.references)
    for (const ast::Ident* name : reference.traversal.names())
      if (name->span == last) return reference.target;
  return nullptr;
}

void mend(const ConfigModel& config, Finding& finding) {
  const ConfigPlace place = place_in(config, finding.span);
  const std::string_view written = finding.span.text();
  if (!place.node) return;
  if (written.find('.') != std::string_view::npos) return suggest(finding, finding.span, references_in(*place.module));
  if (const NodeModel* target = target_before(*place.node, finding.span)) suggest(finding, finding.span, exports_of(*target));
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kReference,
    "unresolved-reference",
    FindingSeverity::kError,
    "Nothing of that name can be referred to: Alloy refuses the config.",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.write.lokki.receiver]
}

loki.write "loki" { }
)~",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" { }
)~",
    "When another file of the same directory defines it: lint the directory, or use --as-dir.",
    nullptr,
    "All files of the module are known, and none has a block, argument or export of that name.",
    "grafana/alloy#3217",
    ExampleKind::kConfig,
    mend,
};

}  // namespace invar::rules_reference
