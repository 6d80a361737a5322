#include "src/lint/config_place.h"

namespace invar::lint {
namespace {

bool holds(const ast::Block& block, const Span& span) {
  return block.name_span.source == span.source && block.open_curly < span.begin && span.begin <= block.close_curly;
}

const Schema* schema_of(const NodeModel& node) {
  if (node.component) return &node.component->arguments;
  return node.config && node.kind != NodeModel::Kind::kDeclare ? &node.config->arguments : nullptr;
}

/// The block whose body is the module of a declare or foreach.
const ast::Block& body_of(const NodeModel& owner) {
  const ast::Block* inner = owner.kind == NodeModel::Kind::kForeach ? find_block(owner.block->body, "template") : nullptr;
  return inner ? *inner : *owner.block;
}

void descend(ConfigPlace& place, const Span& span) {
  for (const ast::Statement& statement : place.block->body) {
    const ast::Block* inner = statement.block();
    if (!inner || !holds(*inner, span)) continue;
    place.block = inner;
    place.schema = place.schema ? inner_schema(*place.schema, inner->full_name()) : nullptr;
    return descend(place, span);
  }
}

}  // namespace

ConfigPlace place_in(const ConfigModel& config, const Span& span) {
  ConfigPlace place;
  // Inner modules come after those around them.
  for (const ModuleModel* module : config.modules()) {
    const bool inside = !module->owner || holds(body_of(*module->owner), span);
    if (!inside) continue;
    place = {module};
    for (const auto& node : module->nodes)
      if (holds(*node->block, span)) place = {module, node.get(), node->block, schema_of(*node)};
  }
  if (place.node) descend(place, span);
  return place;
}

std::vector<std::string> attribute_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kAttr) names.emplace_back(row.name);
    if (row.kind != RowKind::kSquash) continue;
    for (std::string& name : attribute_names(*row.schema)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> block_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kBlock) names.emplace_back(row.name);
    for (size_t i = 0; row.kind == RowKind::kEnum && row.group && i < row.group->size(); ++i)
      names.push_back(std::string(row.name) + "." + std::string(row.group->at(i).name));
    if (row.kind != RowKind::kSquash) continue;
    for (std::string& name : block_names(*row.schema)) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace invar::lint
