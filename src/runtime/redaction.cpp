#include "src/runtime/redaction.h"

#include <algorithm>
#include <vector>

#include "src/language/catalog.h"
#include "src/parser/parse.h"

namespace invar {
namespace {

bool holds_secret(const TypeInfo& type) {
  if (type.kind == TypeKind::kSecret || type.kind == TypeKind::kOptionalSecret) return true;
  if (type.element) return holds_secret(*type.element);
  if (type.kind != TypeKind::kObject || !type.fields) return false;
  return std::any_of(type.fields->rows.begin(), type.fields->rows.end(), [](const Row& row) { return row.type && holds_secret(*row.type); });
}

class Search {
 public:
  std::vector<const ast::Expr*> secrets;

  void module(const ast::Body& body) {
    for (const ast::Statement& statement : body)
      if (const ast::Block* block = statement.block()) top_level(*block);
  }

 private:
  void top_level(const ast::Block& block) {
    const std::string name = block.full_name();
    if (name == "declare" || name == "template") return module(block.body);
    const CatalogComponent* component = catalog_component(name);
    const CatalogBlock* config = component ? nullptr : catalog_block(name);
    if (component) inside(block.body, component->arguments);
    else if (config) inside(block.body, config->arguments);
    for (const ast::Statement& statement : block.body)
      if (const ast::Block* inner = statement.block(); inner && inner->full_name() == "template") module(inner->body);
  }

  void inside(const ast::Body& body, const Schema& schema) {
    for (const ast::Statement& statement : body) {
      if (const ast::Attribute* attribute = statement.attribute()) {
        const Row* row = find_row(schema, attribute->name.name);
        if (row && row->type && holds_secret(*row->type)) secrets.push_back(attribute->value.get());
        continue;
      }
      const ast::Block* block = statement.block();
      if (const Schema* inner = inner_schema(schema, block->full_name())) inside(block->body, *inner);
      const Row* map = find_row(schema, block->full_name());
      if (!map || !map->type || !holds_secret(*map->type)) continue;
      for (const ast::Statement& entry : block->body)
        if (const ast::Attribute* attribute = entry.attribute()) secrets.push_back(attribute->value.get());
    }
  }
};

}  // namespace

std::vector<const ast::Expr*> secret_values(const ast::File& file) {
  Search search;
  search.module(file.body);
  return std::move(search.secrets);
}

std::string redacted(const ast::File& file) {
  std::vector<const ast::Expr*> secrets = secret_values(file);
  std::sort(secrets.begin(), secrets.end(), [](const ast::Expr* a, const ast::Expr* b) { return a->span.begin > b->span.begin; });
  std::string text(file.source->text());
  for (const ast::Expr* secret : secrets) text.replace(secret->span.begin, secret->span.end - secret->span.begin, "\"(secret)\"");
  Diagnostics diagnostics;
  const ast::FilePtr shown = parse_file(std::make_shared<Source>(file.source->name(), std::move(text)), diagnostics);
  return shown ? format(*shown) : std::string();
}

}  // namespace invar
