#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace invar {

/// A length of time as configs write it ("1h30m"); negative ones exist.
struct Duration {
  int64_t ns = 0;
  static constexpr Duration seconds(int64_t n) { return {n * 1'000'000'000}; }
  static constexpr Duration milliseconds(int64_t n) { return {n * 1'000'000}; }
  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;
};

/// A number of bytes as configs write it ("1MiB"; alecthomas/units.Base2Bytes).
struct ByteSize {
  int64_t bytes = 0;
  friend constexpr auto operator<=>(const ByteSize&, const ByteSize&) = default;
};

/// Bytes given as text: a Go []byte attribute.
struct ByteText {
  std::string bytes;
  friend bool operator==(const ByteText&, const ByteText&) = default;
};

}  // namespace invar
