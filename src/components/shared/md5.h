#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace invar {

/// MD5 (RFC 1321), for hashmod of relabel rules, which has to spread targets as Prometheus does. Not for anything that needs to be safe.
std::array<uint8_t, 16> md5(std::string_view text);

}  // namespace invar
