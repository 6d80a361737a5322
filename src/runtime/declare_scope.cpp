#include "src/runtime/declare_scope.h"

namespace invar {

bool DeclareScope::hides(std::string_view first_part) const {
  for (const DeclareScope* scope = this; scope; scope = scope->outer.get())
    if (scope->declares.contains(first_part) || scope->imports.contains(first_part)) return true;
  return false;
}

namespace {

FoundDeclare declared_in(const DeclareScopePtr& scope, std::string_view name) {
  if (!scope) return {};
  const auto found = scope->declares.find(name);
  if (found == scope->declares.end()) return {};
  return {found->second, scope};
}

}  // namespace

FoundDeclare find_declare(DeclareScopePtr scope, std::string_view component_name) {
  const size_t dot = component_name.find('.');
  for (; scope; scope = scope->outer) {
    FoundDeclare found;
    if (dot == std::string_view::npos)
      found = declared_in(scope, component_name);
    else if (const auto import = scope->imports.find(component_name.substr(0, dot)); import != scope->imports.end()) {
      if (import->second->unknown) return {nullptr, scope, true};
      found = declared_in(import->second->content, component_name.substr(dot + 1));
    }
    if (found.block) return found;
  }
  return {};
}

}  // namespace invar
