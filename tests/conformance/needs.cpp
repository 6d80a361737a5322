#include "tests/conformance/needs.h"

#include "src/language/catalog.h"
#include "src/runtime/component.h"

namespace invar {
namespace {

/// A block inside a built component that Alloy knows there and this build does not.
std::string missing_inside(const ast::Body& body, const Schema& ours, const Schema& theirs) {
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    if (!block) continue;
    const std::string name = block->full_name();
    const Schema *known = inner_schema(theirs, name), *here = inner_schema(ours, name);
    if (known && !here && !find_row(ours, name)) return name;
    if (known && here)
      if (std::string missing = missing_inside(block->body, *here, *known); !missing.empty()) return missing;
  }
  return {};
}

std::string missing_in(const ast::Body& body) {
  for (const ast::Statement& statement : body)
    if (const ast::Block* block = statement.block())
      if (std::string missing = missing_part(*block); !missing.empty()) return missing;
  return {};
}

}  // namespace

bool is_built(std::string_view component) { return find_component(component) != nullptr; }

std::string missing_part(const ast::Block& block) {
  const std::string name = block.full_name();
  const CatalogComponent* known = catalog_component(name);
  const ComponentSpec* spec = find_component(name);
  if (known && !spec) return "component " + name;
  if (known)
    if (std::string missing = missing_inside(block.body, *spec->arguments, known->arguments); !missing.empty()) return missing + " of " + name;
  if (name == "declare" || name == "foreach" || name == "template" || name == "http") return missing_in(block.body);
  return {};
}

std::string missing_parts(const ModuleSource& source) {
  for (const ast::FilePtr& file : source.files)
    if (std::string missing = missing_in(file->body); !missing.empty()) return missing;
  return {};
}

}  // namespace invar
