#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar {

/// Go's time.ParseDuration: "1h15m30.5s", "-5ms", "0". Nanoseconds; errors carry Go's texts (`time: invalid duration "x"`).
Result<int64_t> parse_duration(std::string_view text);

/// Go's Duration.String: "1h15m30.5s", "1.5ms", "0s".
std::string format_duration(int64_t ns);
void append_duration(std::string& out, int64_t ns);

}  // namespace invar
