#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace invar::ottl {

/// Why a strptime layout (`%Y-%m-%dT%H:%M:%S`) is refused, as Alloy says it; nullopt when it is not.
std::optional<std::string> strptime_error(std::string_view layout);

}  // namespace invar::ottl
