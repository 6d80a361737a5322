#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// How doublestar takes patterns apart. Positions are string_view::npos when there is none.
namespace invar::glob {

/// The first character that is not literal.
size_t find_meta(std::string_view pattern);
/// The last `/` or `}` that is not escaped.
size_t last_slash_or_alternatives(std::string_view pattern);
size_t last_slash(std::string_view pattern);
/// The `{` that belongs to a `}` behind the text.
size_t opening_brace(std::string_view pattern);
/// The `}` that belongs to a `{` before the text.
size_t closing_brace(std::string_view pattern);
/// The next comma outside of inner braces.
size_t next_alternative(std::string_view pattern);
/// `**` with something behind it.
bool has_inner_double_star(std::string_view pattern);

std::string escape_meta(std::string_view path);
std::string unescape_meta(std::string_view pattern);

/// Matches a part of a validated pattern; nullopt when that part for itself is malformed.
std::optional<bool> match_name(std::string_view pattern, std::string_view name);

}  // namespace invar::glob
