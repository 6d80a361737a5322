#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace invar::ottl {

/// Why github.com/gobwas/glob refuses a pattern (`*`, `?`, `[a-z]`, `[!ab]`, `{a,b}`, `\`), in its words; nullopt when it takes it.
std::optional<std::string> like_pattern_error(std::string_view pattern);

}  // namespace invar::ottl
