#pragma once

#include "src/language/catalog.h"

namespace invar::catalog_tables {

/// The tables that tools/write_catalog.py writes, and what they call.

std::span<const CatalogComponent> components();
std::span<const CatalogBlock> blocks();
std::span<const CatalogFunction> functions();

/// How a refused word is told: `before` word `after`.
struct Refusal {
  std::string_view before, after;
  bool quote = false;    // the word as Go's %q
  bool lowered = false;  // words are read in small letters, and shown so
};
bool accept_word(std::string_view text, std::span<const std::string_view> words, const Refusal& refusal, std::string& why);
/// As relabel rules read it: for whole texts.
bool accept_regex(std::string_view text, std::string& why);
bool accept_url(std::string_view text, std::string& why);
/// A Go template with the functions of stage.template.
bool accept_template(std::string_view text, std::string& why);
bool accept_source(std::string_view text, std::string& why);

}  // namespace invar::catalog_tables
