#include "src/language/catalog.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/language/catalog_tables.h"
#include "src/language/evaluate.h"
#include "src/parser/parse.h"
#include "src/text/gotemplate/template.h"
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

std::optional<Value> catalog_default(const Row& row) {
  if (row.default_text.empty()) return std::nullopt;
  Diagnostics diagnostics;
  const auto expression = parse_expression(std::make_shared<Source>("default", std::string(row.default_text)), diagnostics);
  Value value;
  if (!expression || evaluate(*expression, Scope(), value)) return std::nullopt;
  return value;
}

namespace catalog_tables {

bool accept_word(std::string_view text, std::span<const std::string_view> words, const Refusal& refusal, std::string& why) {
  std::string word(text);
  if (refusal.lowered)
    for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (std::find(words.begin(), words.end(), word) != words.end()) return true;
  why = std::string(refusal.before) + (refusal.quote ? quoted(word) : word) + std::string(refusal.after);
  return false;
}

bool accept_regex(std::string_view text, std::string& why) {
  const auto regex = Regex::compile_anchored(text);
  return regex.ok() || (why = regex.error().what, false);
}

bool accept_template(std::string_view text, std::string& why) {
  const auto parsed = GoTemplate::compile("pipeline_template", text);
  return parsed.ok() || (why = parsed.error().what, false);
}

bool accept_url(std::string_view text, std::string& why) {
  const auto url = parse_url(text);
  return url.ok() || (why = url.error().what, false);
}

bool accept_source(std::string_view text, std::string& why) {
  return !text.empty() || (why = "source cannot be empty", false);
}

}  // namespace catalog_tables
}  // namespace invar
