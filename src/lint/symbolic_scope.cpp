#include "src/lint/symbolic_scope.h"

#include <functional>

#include "src/language/secret_value.h"
#include "src/runtime/export_tree.h"
#include "src/runtime/receiver_value.h"

namespace invar::lint {
namespace {

/// A capsule that only says what it is: a consumer of otelcol, a receiver of Prometheus.
class Symbol final : public Capsule {
 public:
  explicit Symbol(std::string type) : type_(std::move(type)) {}
  std::string_view type_name() const override { return type_; }

 private:
  std::string type_;
};

Value component_exports(const CatalogComponent& component, std::string_view id) {
  Members members;
  for (const Row& row : component.exports)
    if (row.type) members.emplace(std::string(row.name), symbolic_value(*row.type, id));
  return Value::object(std::move(members));
}

/// The same of one beside the text: what it is follows from its name.
Value exports_beside(std::string_view id) {
  const CatalogComponent* component = catalog_component(id.substr(0, id.rfind('.')));
  return component ? component_exports(*component, id) : Value::unknown();
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

Value symbolic_value(const TypeInfo& type, std::string_view owner) {
  switch (type.kind) {
    case TypeKind::kBool: return Value::unknown(ValueType::kBool);
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat: return Value::unknown(ValueType::kNumber);
    case TypeKind::kString:
    case TypeKind::kText:
    case TypeKind::kDuration: return Value::unknown(ValueType::kString);
    case TypeKind::kList:
    case TypeKind::kArray: return Value::unknown(ValueType::kArray);
    case TypeKind::kMap:
    case TypeKind::kObject: return Value::unknown(ValueType::kObject);
    case TypeKind::kCapsule:
      if (type.from_object) return Value::unknown(ValueType::kObject);
      if (type.go == LogsReceiver::kCapsuleType) return receiver_value(std::make_shared<LogsReceiver>(std::string(owner) + ".receiver"));
      return Value::capsule(std::make_shared<Symbol>(std::string(type.go)));
    default: return Value::unknown();
  }
}

std::unique_ptr<const Scope> symbolic_scope(const ModuleModel& module, const Members* library) {
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
      const Value exports = node->kind == Kind::kComponent ? component_exports(*node->component, node->id)
                            : node->kind == Kind::kCustom  ? custom_exports(*node)
                                                           : Value::unknown();
      tree.set(node->id, exports);
      first_parts.insert(node->block->name.front());
    }
    for (const std::string& id : from.beside) {
      tree.set(id, exports_beside(id));
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
