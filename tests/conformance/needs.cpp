#include "tests/conformance/needs.h"

#include "src/language/catalog.h"
#include "src/runtime/component.h"

namespace invar {
namespace {

const ComponentSpec* built(std::string_view name) {
  for (const ComponentSpec* spec : components())
    if (spec->name == name) return spec;
  return nullptr;
}

/// The schema of an inner block, also of one in an enum group; nullptr when there is none of that name.
const Schema* inner_schema(const Schema& schema, std::string_view name) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash)
      if (const Schema* found = inner_schema(*row.schema, name)) return found;
    if (row.kind == RowKind::kBlock && row.name == name) return row.schema;
    for (size_t i = 0; row.kind == RowKind::kEnum && i < row.group->size(); ++i)
      if (const EnumBlock kind = row.group->at(i); std::string(row.name) + "." + std::string(kind.name) == name) return kind.schema;
  }
  return nullptr;
}

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
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    if (!block) continue;
    const std::string name = block->full_name();
    const CatalogComponent* known = catalog_component(name);
    const ComponentSpec* spec = built(name);
    if (known && !spec) return "component " + name;
    if (known)
      if (std::string missing = missing_inside(block->body, *spec->arguments, known->arguments); !missing.empty())
        return missing + " of " + name;
    if (name == "declare" || name == "foreach" || name == "template" || name == "http")
      if (std::string missing = missing_in(block->body); !missing.empty()) return missing;
  }
  return {};
}

}  // namespace

std::string missing_parts(const ModuleSource& source) {
  for (const ast::FilePtr& file : source.files)
    if (std::string missing = missing_in(file->body); !missing.empty()) return missing;
  return {};
}

}  // namespace invar
