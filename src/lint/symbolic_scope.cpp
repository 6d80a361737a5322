#include "src/lint/symbolic_scope.h"

#include <functional>

#include "src/runtime/export_tree.h"

namespace invar::lint {
namespace {

/// The exports of one beside the text: what it is follows from its name.
Value exports_beside(std::string_view id, Capsules capsules) {
  const CatalogComponent* component = catalog_component(id.substr(0, id.rfind('.')));
  return component ? symbolic_exports(component->exports, id, capsules) : Value::unknown();
}

/// The exports of an instance of a declare: their names are known.
Value custom_exports(const NodeModel& node) {
  if (!node.definition) return Value::unknown();
  Members members;
  for (const auto& inner : node.definition->nodes)
    if (inner->kind == NodeModel::Kind::kExport) members.emplace(inner->block->label, Value::unknown());
  return Value::object(std::move(members));
}

}  // namespace

std::unique_ptr<const Scope> symbolic_scope(const ModuleModel& module, const Members* library, Capsules capsules) {
  using Kind = NodeModel::Kind;
  auto scope = std::make_unique<Scope>(library);
  ExportTree tree;
  std::set<std::string> first_parts;
  Members arguments;
  std::function<void(const ModuleModel&)> add = [&](const ModuleModel& from) {
    if (from.around) add(*from.around);
    for (const auto& node : from.nodes) {
      if (node->kind == Kind::kArgument) arguments[node->block->label] = Value::object({{"value", Value::unknown()}});
      if (node->kind != Kind::kComponent && node->kind != Kind::kCustom && node->kind != Kind::kUnknown && node->kind != Kind::kForeach) continue;
      const Value exports = node->kind == Kind::kComponent ? symbolic_exports(node->component->exports, node->id, capsules)
                            : node->kind == Kind::kCustom  ? custom_exports(*node)
                                                           : Value::unknown();
      tree.set(node->id, exports);
      first_parts.insert(node->block->name.front());
    }
    for (const std::string& id : from.beside) {
      tree.set(id, exports_beside(id, capsules));
      first_parts.insert(id.substr(0, id.find('.')));
    }
    if (from.owner && from.owner->kind == Kind::kForeach)
      if (const auto* variable = find_attribute(from.owner->block->body, "var"))
        if (auto name = literal_text(*variable->value)) scope->set(*name, Value::unknown());
  };
  add(module);
  for (const std::string& part : first_parts)
    if (const Value* value = tree.find(part)) scope->set(part, *value);
  if (!arguments.empty() || module.owner) scope->set("argument", Value::object(std::move(arguments)));
  scope->set("module_path", Value::unknown(ValueType::kString));
  return scope;
}

}  // namespace invar::lint
