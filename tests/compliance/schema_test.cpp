// The argument tables of built components against the recorded catalog: names, kinds, presence, types.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "src/language/catalog.h"
#include "src/runtime/component.h"

using namespace invar;

namespace {

struct Flat {
  RowKind kind;
  Presence presence;
  std::string type;
  const Schema* schema;
};
using Table = std::map<std::string, Flat>;

/// Rows by name, with squashed tables and enum groups laid out: `stage.json` as the catalog writes it.
void flatten(const Schema& schema, Table& table) {
  for (const Row& row : schema.rows) {
    if (row.kind == RowKind::kSquash) flatten(*row.schema, table);
    if (row.kind == RowKind::kAttr) table[std::string(row.name)] = {row.kind, row.presence, type_name(*row.type), nullptr};
    if (row.kind == RowKind::kBlock) table[std::string(row.name)] = {row.kind, row.presence, "", row.schema};
    if (row.kind != RowKind::kEnum) continue;
    for (size_t i = 0; i < row.group->size(); ++i) {
      const EnumBlock kind = row.group->at(i);
      table[std::string(row.name) + "." + std::string(kind.name)] = {RowKind::kBlock, Presence::kOptional, "", kind.schema};
    }
  }
}

/// Differences, one a line. Names the catalog has and we have not are left to `missing`: they may belong to a later issue.
void compare(const Schema& ours, const Schema& theirs, const std::string& place, std::set<std::pair<const Schema*, const Schema*>>& seen,
             std::string& differences, std::string& missing) {
  if (!seen.emplace(&ours, &theirs).second) return;
  Table our_rows, their_rows;
  flatten(ours, our_rows);
  flatten(theirs, their_rows);
  for (const auto& [name, row] : our_rows) {
    const auto found = their_rows.find(name);
    if (found == their_rows.end()) {
      differences += place + name + ": unknown to Alloy\n";
      continue;
    }
    const Flat& recorded = found->second;
    if (row.kind != recorded.kind) differences += place + name + ": not the same kind of row\n";
    if (row.presence != recorded.presence) differences += place + name + ": required there, optional here, or the other way round\n";
    if (row.type != recorded.type) differences += place + name + ": " + row.type + ", recorded " + recorded.type + "\n";
    if (row.schema && recorded.schema) compare(*row.schema, *recorded.schema, place + name + ".", seen, differences, missing);
  }
  for (const auto& [name, row] : their_rows)
    if (!our_rows.contains(name)) missing += " " + place + name;
}

}  // namespace

TEST_CASE("argument tables match the recorded catalog") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const CatalogComponent* known = catalog_component(spec->name);
    REQUIRE(known);
    CHECK(spec->stability == known->stability);
    std::string differences, missing;
    std::set<std::pair<const Schema*, const Schema*>> seen;
    compare(*spec->arguments, known->arguments, "", seen, differences, missing);
    CHECK(differences == "");
    if (!missing.empty()) MESSAGE(spec->name << " does not take yet:" << missing);
  }
}

TEST_CASE("exports match the recorded catalog") {
  for (const ComponentSpec* spec : components()) {
    CAPTURE(spec->name);
    const CatalogComponent* known = catalog_component(spec->name);
    REQUIRE(known);
    std::set<std::string> ours, theirs;
    if (spec->exports_schema)
      for (const Row& row : spec->exports_schema->rows) ours.insert(std::string(row.name) + " " + type_name(*row.type));
    for (const Row& row : known->exports) theirs.insert(std::string(row.name) + " " + type_name(*row.type));
    for (const std::string& row : ours) CHECK_MESSAGE(theirs.contains(row), "unknown to Alloy: " << row);
    for (const std::string& row : theirs) CHECK_MESSAGE(ours.contains(row), "not exported: " << row);
  }
}
