#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar {

/// A byte count as Alloy's `units.Base2Bytes` arguments read it: "1MiB", "512KB" (also powers of 1024), "1.5GiB", "100B", "1GiB512MiB".
/// Errors carry that library's texts (`units: unknown unit MX in 1MX`).
Result<int64_t> parse_byte_size(std::string_view text);

/// Base2Bytes.String: "1MiB", "1GiB512MiB", "0B".
std::string format_byte_size(int64_t bytes);

}  // namespace invar
