#include "src/lint/static_type.h"

#include "src/language/schema.h"

namespace invar::lint {
namespace {

/// The names of `a.b.c`; empty for anything else.
bool names_of(const ast::Expr& expression, std::vector<const ast::Ident*>& names) {
  if (const auto* identifier = expression.as<ast::Identifier>()) return names.push_back(&identifier->ident), true;
  const auto* access = expression.as<ast::Access>();
  if (!access || !names_of(*access->value, names)) return false;
  return names.push_back(&access->name), true;
}

const TypeInfo* member_of(const TypeInfo& type, std::string_view name) {
  if (type.kind == TypeKind::kMap || type.kind == TypeKind::kList) return type.element;
  const Row* row = type.kind == TypeKind::kObject ? find_row(*type.fields, name) : nullptr;
  return row ? row->type : nullptr;
}

/// The reference that an expression begins with; nullptr when it begins with none.
const Reference* reference_of(const NodeModel& node, const ast::Expr& expression) {
  if (const auto* paren = expression.as<ast::Paren>()) return reference_of(node, *paren->inner);
  if (const auto* index = expression.as<ast::Index>()) return reference_of(node, *index->value);
  std::vector<const ast::Ident*> names;
  if (!names_of(expression, names)) return nullptr;
  for (const Reference& reference : node.references)
    if (reference.traversal.names().front() == names.front()) return &reference;
  return nullptr;
}

const TypeInfo* type_of_traversal(const Reference& reference, const std::vector<const ast::Ident*>& names) {
  const CatalogComponent* component = reference.target->component;
  if (!component || reference.taken >= names.size()) return nullptr;
  const TypeInfo* type = nullptr;
  for (const Row& row : component->exports)
    if (row.name == names[reference.taken]->name) type = row.type;
  for (size_t i = reference.taken + 1; type && i < names.size(); ++i) type = member_of(*type, names[i]->name);
  return type;
}

/// What may be a secret is one where the component says so.
bool makes_secrets(const NodeModel& node) {
  if (node.name == "remote.kubernetes.secret") return true;
  const auto* attribute = find_attribute(node.block->body, "is_secret");
  const auto* literal = attribute ? attribute->value->as<ast::Literal>() : nullptr;
  return literal && literal->text == "true";
}

}  // namespace

const TypeInfo* static_type(const NodeModel& node, const ast::Expr& expression) {
  if (const auto* paren = expression.as<ast::Paren>()) return static_type(node, *paren->inner);
  if (const auto* index = expression.as<ast::Index>()) {
    const TypeInfo* outer = static_type(node, *index->value);
    return outer && (outer->kind == TypeKind::kMap || outer->kind == TypeKind::kList) ? outer->element : nullptr;
  }
  std::vector<const ast::Ident*> names;
  const Reference* reference = reference_of(node, expression);
  return reference && names_of(expression, names) ? type_of_traversal(*reference, names) : nullptr;
}

bool is_secret(const NodeModel& node, const ast::Expr& expression) {
  if (const auto* paren = expression.as<ast::Paren>()) return is_secret(node, *paren->inner);
  if (const auto* binary = expression.as<ast::Binary>())
    return binary->op == ast::TokenKind::kAdd && (is_secret(node, *binary->left) || is_secret(node, *binary->right));
  const TypeInfo* type = static_type(node, expression);
  if (!type || type->kind != TypeKind::kOptionalSecret) return type && type->kind == TypeKind::kSecret;
  const Reference* reference = reference_of(node, expression);
  return reference && makes_secrets(*reference->target);
}

}  // namespace invar::lint
