#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace invar {

/// Numbers of 7 bits a byte, least significant first, as in protobuf.
inline void put_varint(std::string& out, uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

/// Reads what put_varint wrote, from bytes nobody vouches for: after the first that do not fit, `broken` stays true and everything reads as 0 or empty.
struct VarintReader {
  std::string_view left;
  bool broken = false;

  uint64_t number() {
    uint64_t result = 0;
    for (int shift = 0; shift < 64 && !left.empty() && !broken; shift += 7) {
      const auto byte = static_cast<unsigned char>(left.front());
      left.remove_prefix(1);
      result |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return result;
    }
    broken = true;
    return 0;
  }
  /// A number no larger than `limit`.
  uint64_t number(uint64_t limit) {
    const uint64_t result = number();
    if (result <= limit) return result;
    broken = true;
    return 0;
  }
  std::string_view bytes(uint64_t size) {
    if (size > left.size()) broken = true;
    if (broken) return {};
    const std::string_view result = left.substr(0, size);
    left.remove_prefix(size);
    return result;
  }
  /// Bytes with their length in front.
  std::string_view text() { return bytes(number()); }
};

/// Small numbers of either sign as small numbers.
inline uint64_t zigzag(int64_t number) { return (static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63); }
inline int64_t unzigzag(uint64_t number) { return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1); }

}  // namespace invar
