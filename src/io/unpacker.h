#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "src/base/result.h"

namespace invar {

enum class Packing : uint8_t { kGzip, kZlib, kBzip2 };

/// Unpacks a compressed stream piece by piece. gzip and bzip2 streams may follow one another, and count as one. One thread.
class Unpacker {
 public:
  static std::unique_ptr<Unpacker> make(Packing packing);
  virtual ~Unpacker() = default;

  struct Step {
    size_t taken = 0;  // bytes of `packed` that were used up
    size_t made = 0;   // bytes written to `into`
  };
  /// Makes as much of `into` as `packed` yields. Error: Go's words for broken streams; all that is in front of the broken place was made before, and nothing
  /// more can be.
  virtual Result<Step> unpack(std::string_view packed, std::span<char> into) = 0;
  /// May the stream end here? Not in its middle, and not before it began.
  virtual bool is_whole() const = 0;
  /// Nothing behind this is looked at any more: a zlib stream has an end.
  virtual bool is_over() const { return false; }
};

}  // namespace invar
