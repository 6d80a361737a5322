#include "src/lint/config_model.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar::lint {
namespace {

std::vector<const ast::Block*> blocks_of(const ast::Body& body) {
  std::vector<const ast::Block*> blocks;
  for (const ast::Statement& statement : body)
    if (const ast::Block* block = statement.block()) blocks.push_back(block);
  return blocks;
}

/// Traversals of a node itself: a declare's and a template's content are nodes of their own.
std::vector<Traversal> own_traversals(const NodeModel& node) {
  if (node.kind == NodeModel::Kind::kDeclare) return {};
  std::vector<Traversal> all = find_traversals(node.block->body);
  if (node.kind != NodeModel::Kind::kForeach) return all;
  const ast::Block* body = find_block(node.block->body, "template");
  std::erase_if(all, [&](const Traversal& traversal) {
    return body && traversal.first_span().begin >= body->name_span.begin && traversal.first_span().begin < body->close_curly;
  });
  return all;
}

}  // namespace

size_t Surroundings::find_beside(const Traversal& traversal) const {
  if (beside)
    if (const size_t taken = resolve_prefix(traversal, [&](std::string_view id) { return beside->contains(std::string(id)); })) return taken;
  if (!open_references || is_library_name(traversal.first())) return 0;
  const size_t names = traversal.names().size();
  const size_t kind = resolve_prefix(traversal, [](std::string_view name) { return catalog_component(name) != nullptr; });
  if (kind > 0) return kind < names ? kind + 1 : 0;
  // An instance of a declare or an import: its name has parts of its own, `team.pipeline.a`. Alloy's names are nobody else's.
  const std::string space = traversal.first() + ".";
  for (const CatalogComponent& known : catalog_components())
    if (known.name.starts_with(space)) return 0;
  return std::min<size_t>(names, 2);
}

std::string_view Reference::field() const {
  return taken < traversal.names().size() ? std::string_view(traversal.names()[taken]->name) : std::string_view();
}

const NodeModel* ModuleModel::find(std::string_view id) const {
  if (const auto found = by_id.find(id); found != by_id.end()) return found->second;
  return around ? around->find(id) : nullptr;
}

const NodeModel* ModuleModel::custom(std::string_view first_part) const {
  if (const auto found = customs.find(first_part); found != customs.end()) return found->second;
  return outer ? outer->custom(first_part) : nullptr;
}

ConfigModel::ConfigModel(ModuleSource source, const Surroundings& around) : source_(std::move(source)), around_(around) {
  std::vector<const ast::Block*> blocks;
  for (const ast::FilePtr& file : source_.files)
    for (const ast::Block* block : blocks_of(file->body)) blocks.push_back(block);
  collect(root_, blocks);
  for (const ModuleModel* module : modules_) link(const_cast<ModuleModel&>(*module));
}

void ConfigModel::collect(ModuleModel& module, const std::vector<const ast::Block*>& blocks) {
  modules_.push_back(&module);
  for (const ast::Block* block : blocks) {
    auto node = std::make_unique<NodeModel>();
    node->block = block;
    node->name = block->full_name();
    node->id = block->id();
    if (node->name == "declare" || node->name.starts_with("import.")) module.customs.emplace(block->label, node.get());
    module.by_id.emplace(node->id, node.get());
    module.nodes.push_back(std::move(node));
  }
  // Declares may be used before they are written: names first, then what they are.
  for (auto& node : module.nodes) classify(module, *node);
}

void ConfigModel::classify(ModuleModel& module, NodeModel& node) {
  using Kind = NodeModel::Kind;
  const std::string& name = node.name;
  node.config = catalog_block(name);
  if (name == "declare") {
    node.kind = Kind::kDeclare;
    open_body(module, node, node.block->body);
  } else if (name == "foreach") {
    node.kind = Kind::kForeach;
    if (const ast::Block* body = find_block(node.block->body, "template")) {
      open_body(module, node, body->body);
      node.body->around = &module;
    }
  } else if (name == "argument" || name == "export") {
    node.kind = name == "argument" ? Kind::kArgument : Kind::kExport;
  } else if (name.starts_with("import.")) {
    node.kind = Kind::kImport;
  } else if (node.config) {
    node.kind = Kind::kConfig;
  } else if (module.custom(node.block->name.front())) {
    node.kind = Kind::kCustom;
  } else if ((node.component = catalog_component(name))) {
    node.kind = Kind::kComponent;
    node.built = find_component(name);
  }
}

void ConfigModel::open_body(ModuleModel& module, NodeModel& node, const ast::Body& body) {
  node.body = std::make_unique<ModuleModel>();
  node.body->outer = &module;
  node.body->owner = &node;
  collect(*node.body, blocks_of(body));
}

void ConfigModel::link(ModuleModel& module) {
  for (auto& node : module.nodes) {
    if (node->kind == NodeModel::Kind::kCustom) {
      const NodeModel* maker = module.custom(node->block->name.front());
      if (maker->kind == NodeModel::Kind::kDeclare) node->definition = maker->body.get();
    }
    for (Traversal& traversal : own_traversals(*node)) {
      const size_t taken = resolve_prefix(traversal, [&](std::string_view id) { return module.find(id) != nullptr; });
      if (taken == 0) {
        size_t outside = sees_beside(module) ? around_.find_beside(traversal) : 0;
        if (outside == 0) outside = find_misspelt(module, traversal);
        if (outside == 0) continue;
        module.beside.insert(traversal.text(outside));
        outward_.emplace(traversal.first_span().source, traversal.first_span().begin);
        continue;
      }
      auto* target = const_cast<NodeModel*>(module.find(traversal.text(taken)));
      node->references.push_back({std::move(traversal), target, taken});
      if (std::find(target->referrers.begin(), target->referrers.end(), node.get()) == target->referrers.end())
        target->referrers.push_back(node.get());
    }
  }
}

size_t ConfigModel::find_misspelt(const ModuleModel& module, const Traversal& traversal) {
  const size_t kind = resolve_prefix(traversal, [](std::string_view name) { return catalog_component(name) != nullptr; });
  if (kind == 0 || kind >= traversal.names().size()) return 0;
  for (const auto& node : module.nodes) {
    if (node->kind != NodeModel::Kind::kUnknown || node->block->label != traversal.names()[kind]->name) continue;
    const auto& parts = node->block->name;
    if (parts.front() == traversal.first() || parts.back() == traversal.names()[kind - 1]->name) return kind + 1;
  }
  return 0;
}

bool ConfigModel::sees_beside(const ModuleModel& module) {
  const ModuleModel* outermost = &module;
  while (outermost->around) outermost = outermost->around;
  return !outermost->owner;
}

const ast::Attribute* find_attribute(const ast::Body& body, std::string_view name) {
  for (const ast::Statement& statement : body)
    if (const auto* attribute = statement.attribute(); attribute && attribute->name.name == name) return attribute;
  return nullptr;
}

const ast::Block* find_block(const ast::Body& body, std::string_view name) {
  for (const ast::Statement& statement : body)
    if (const auto* block = statement.block(); block && block->full_name() == name) return block;
  return nullptr;
}

std::optional<std::string> literal_text(const ast::Expr& expression) {
  const auto* literal = expression.as<ast::Literal>();
  std::string text;
  if (!literal || literal->kind != ast::TokenKind::kString || !unquote(literal->text, text)) return std::nullopt;
  return text;
}

}  // namespace invar::lint
