#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace invar::ottl {

/// Why github.com/antchfx/xpath does not compile an expression, in its words; nullopt when it does. Knows syntax, axes, functions and how many arguments they
/// need. What follows a whole expression is not looked at, as there.
std::optional<std::string> xpath_error(std::string_view expression);

}  // namespace invar::ottl
