#include "src/language/catalog.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/language/catalog_tables.h"
#include "src/text/regex.h"
#include "src/text/url.h"

namespace invar {
namespace {

template <class T>
const T* find_by_name(std::span<const T> sorted, std::string_view name) {
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), name, [](const T& a, std::string_view b) { return a.name < b; });
  return found != sorted.end() && found->name == name ? &*found : nullptr;
}

}  // namespace

std::span<const CatalogComponent> catalog_components() { return catalog_tables::components(); }
std::span<const CatalogBlock> catalog_blocks() { return catalog_tables::blocks(); }
std::span<const CatalogFunction> catalog_functions() { return catalog_tables::functions(); }
const CatalogComponent* catalog_component(std::string_view name) { return find_by_name(catalog_components(), name); }
const CatalogBlock* catalog_block(std::string_view name) { return find_by_name(catalog_blocks(), name); }
const CatalogFunction* catalog_function(std::string_view name) { return find_by_name(catalog_functions(), name); }

namespace catalog_tables {

bool accept_word(std::string_view text, std::span<const std::string_view> words, std::string_view before, std::string_view after,
                 bool quotes, std::string& why) {
  if (std::find(words.begin(), words.end(), text) != words.end()) return true;
  why = before;
  why += quotes ? quoted(text) : std::string(text);
  why += after;
  return false;
}

bool accept_url(std::string_view text, std::string& why) {
  const auto parsed = parse_url(text);
  return parsed.ok() || (why = parsed.error().what, false);
}

bool accept_regex(std::string_view text, std::string& why) {
  const auto compiled = Regex::compile(text);
  return compiled.ok() || (why = compiled.error().what, false);
}

}  // namespace catalog_tables
}  // namespace invar
