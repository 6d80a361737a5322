#include "src/base/codes.h"
#include "src/lint/config_place.h"
#include "src/lint/nearest_name.h"
#include "src/lint/rule.h"

namespace invar::rules_unknown_name {
using namespace lint;
namespace {

std::vector<std::string> component_names(const ModuleModel& module) {
  std::vector<std::string> names;
  for (const CatalogComponent& component : catalog_components()) names.emplace_back(component.name);
  for (const CatalogBlock& block : catalog_blocks()) names.emplace_back(block.name);
  for (const ModuleModel* around = &module; around; around = around->outer)
    for (const auto& [name, node] : around->customs)
      if (node->kind == NodeModel::Kind::kDeclare) names.push_back(name);
  return names;
}

/// What of a body begins where the finding does.
const ast::Statement* statement_at(const ast::Body& body, const Span& span) {
  for (const ast::Statement& statement : body)
    if (statement.span.source == span.source && statement.span.begin == span.begin) return &statement;
  return nullptr;
}

/// Attributes stand once: what is written already nobody meant.
std::vector<std::string> attributes_left(const ast::Body& body, const Schema& schema) {
  std::vector<std::string> names = attribute_names(schema);
  std::erase_if(names, [&](const std::string& name) { return find_attribute(body, name); });
  return names;
}

void mend(const ConfigModel& config, Finding& finding) {
  const ConfigPlace place = place_in(config, finding.span);
  if (!place.module) return;
  if (!place.node) {
    for (const auto& node : place.module->nodes)
      if (node->kind == NodeModel::Kind::kUnknown && node->block->name_span.source == finding.span.source && node->block->name_span.begin == finding.span.begin)
        suggest(finding, node->block->name_span, component_names(*place.module));
    return;
  }
  const ast::Statement* statement = place.schema ? statement_at(place.block->body, finding.span) : nullptr;
  if (!statement) return;
  if (const ast::Block* block = statement->block()) return suggest(finding, block->name_span, block_names(*place.schema));
  const ast::Ident& name = statement->attribute()->name;
  suggest(finding, name.span, attributes_left(place.block->body, *place.schema));
}

}  // namespace

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
    ExampleKind::kConfig,
    mend,
};

}  // namespace invar::rules_unknown_name
