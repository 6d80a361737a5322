#pragma once

#include <string_view>

namespace invar {

/// Where `literal` first stands in `text` at or after `from`; npos when nowhere. An empty literal stands everywhere. Vectorised: several
/// times faster than memmem on log lines.
size_t find_literal(std::string_view text, std::string_view literal, size_t from = 0);

inline bool has_literal(std::string_view text, std::string_view literal) {
  return find_literal(text, literal) != std::string_view::npos;
}

/// The first `byte` in [begin, end), or `end`.
const char* find_byte(const char* begin, const char* end, char byte);

}  // namespace invar
