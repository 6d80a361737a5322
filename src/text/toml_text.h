#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace invar {

/// Where the first character beyond ASCII stands that is in no string and in no comment: TOML has none there (toml.io, v1.0.0), and toml++ 3.3 must not see one
/// (its test for white space has no answer for U+00A1 to U+0499).
std::optional<size_t> stray_toml_character(std::string_view text);

}  // namespace invar
