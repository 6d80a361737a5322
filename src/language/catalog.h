#pragma once

#include <span>
#include <string_view>

#include "src/language/schema.h"
#include "src/language/stability.h"

namespace invar {

/// Everything Alloy knows, built here or not: written at build time from catalog/alloy.json as plain numbers, and made into schemas when it is asked for. What is
/// returned lives for ever. Any thread.

struct CatalogComponent {
  std::string_view name;
  Stability stability = Stability::kGenerallyAvailable;
  bool community = false;  // needs --feature.community-components.enabled
  std::string_view doc;    // a sentence
  std::string_view page;   // of Alloy's manual, below reference/: components/loki/loki.write
  Schema arguments;
  std::span<const Row> exports;  // attributes; empty for components that export nothing
};

struct CatalogBlock {
  enum class Where : uint8_t { kRoot, kModule, kAny };
  std::string_view name;
  Stability stability = Stability::kGenerallyAvailable;
  Where where = Where::kRoot;      // kModule: only in declare
  bool label_required = false;
  bool service = false;            // handled by a service
  bool not_configurable = false;   // a known name that "does not support being configured"
  std::string_view doc;            // a sentence
  std::string_view page;           // as that of a component
  Schema arguments;
};

struct CatalogFunction {
  std::string_view name;  // `string.format`, `coalesce`, `constants.os`
  bool constant = false;
  Stability stability = Stability::kGenerallyAvailable;
  bool deprecated = false;
  std::string_view use_instead;
  std::string_view doc;        // a sentence
  std::string_view signature;  // (text string, cutset string) string; a constant's type
};

/// Sorted by name. All of them: who knows the name asks for that one.
std::span<const CatalogComponent> catalog_components();
std::span<const CatalogBlock> catalog_blocks();
std::span<const CatalogFunction> catalog_functions();

/// The recorded default of a row as a value; nullopt when it has none.
std::optional<Value> catalog_default(const Row& row);

/// nullptr when Alloy has no such thing.
const CatalogComponent* catalog_component(std::string_view name);
const CatalogBlock* catalog_block(std::string_view name);
const CatalogFunction* catalog_function(std::string_view name);

}  // namespace invar
