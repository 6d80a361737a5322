#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/language/value.h"
#include "src/parser/ast.h"

namespace invar {

struct DeclareScope;
using DeclareScopePtr = std::shared_ptr<const DeclareScope>;

/// What an import block stands for in the modules that see it. Its content comes when the block is evaluated, before anything that needs it; on main.
struct ImportedModule {
  DeclareScopePtr content;  // nullptr: not evaluated (yet)
  bool unknown = false;     // not looked at: any custom component may be in there
};

/// The custom components that a module sees: its own declares and imports, and those of the modules around the one that declares it. What is imported sees nothing
/// around it. Immutable once its module is planned, but for the content of imports.
struct DeclareScope {
  DeclareScopePtr outer;
  std::map<std::string, const ast::Block*, std::less<>> declares;
  std::map<std::string, std::shared_ptr<ImportedModule>, std::less<>> imports;
  /// What bodies that are declared here may name besides their own components: module_path, and in a foreach all that stands around it and its item.
  Members variables;
  /// Of imported content: the texts that `declares` points into.
  std::vector<ast::FilePtr> files;

  /// Whether blocks whose name begins so are instances of custom components. A declare or an import hides all built components with its first name part.
  bool hides(std::string_view first_part) const;
};

/// Where a custom component is declared; `block` is nullptr when it is not.
struct FoundDeclare {
  const ast::Block* block = nullptr;
  DeclareScopePtr scope;
  bool unknown = false;  // it would come from what was not looked at
};
/// `name` of this module or one around it; `label.name` of an import.
FoundDeclare find_declare(DeclareScopePtr scope, std::string_view component_name);

}  // namespace invar
