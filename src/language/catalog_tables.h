#pragma once

#include "src/language/catalog.h"

namespace invar::catalog_tables {

/// The tables that tools/write_catalog.py writes, and what they call.

std::span<const CatalogComponent> components();
std::span<const CatalogBlock> blocks();
std::span<const CatalogFunction> functions();

/// One of `words`; else `<before><text><after>` in `why`, the text quoted when `quotes`.
bool accept_word(std::string_view text, std::span<const std::string_view> words, std::string_view before, std::string_view after,
                 bool quotes, std::string& why);
bool accept_url(std::string_view text, std::string& why);
bool accept_regex(std::string_view text, std::string& why);

}  // namespace invar::catalog_tables
