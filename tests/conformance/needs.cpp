#include "tests/conformance/needs.h"

#include "src/language/catalog.h"
#include "src/runtime/component.h"

namespace invar {
namespace {

bool is_built(std::string_view name) {
  for (const ComponentSpec* spec : components())
    if (spec->name == name) return true;
  return false;
}

bool has_attribute(const ast::Block& block, std::string_view name) {
  for (const ast::Statement& statement : block.body)
    if (const auto* attribute = statement.attribute(); attribute && attribute->name.name == name) return true;
  return false;
}

std::string missing_in(const ast::Body& body) {
  for (const ast::Statement& statement : body) {
    const ast::Block* block = statement.block();
    if (!block) continue;
    const std::string name = block->full_name();
    if (name == "foreach" || name == "remotecfg" || name.starts_with("import.")) return name;
    if (catalog_component(name) && !is_built(name)) return "component " + name;
    if (name == "logging" && has_attribute(*block, "write_to")) return "write_to of logging";
    if (name == "declare" || name == "template" || name == "http")
      if (std::string missing = missing_in(block->body); !missing.empty()) return missing;
    if (name == "tls" && block->label.empty()) return "the tls block of http";
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
