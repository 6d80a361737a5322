#pragma once

#include <cstdint>
#include <string_view>

#include "src/base/result.h"

namespace invar {

enum class IpFamily : uint8_t { kV4, kV6 };

/// Says of which family an address is, as Go's netip.ParseAddr reads it: zones allowed for IPv6, no leading zeros in
/// IPv4. Errors carry Go's texts: `ParseAddr("1.2.3"): IPv4 address too short`.
Result<IpFamily> read_ip_literal(std::string_view text);

}  // namespace invar
