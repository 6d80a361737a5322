#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace invar::ottl {

/// A BCP 47 tag that Time() takes as a locale: `es`, `pt-BR`.
bool is_locale(std::string_view name);

/// An encoding that Decode() knows, base64 and its like left out; upper and lower case are equal.
bool is_encoding(std::string_view name);

/// What a pattern of the grok library captures.
enum class GrokPattern : uint8_t {
  kPlain,
  kCapturing,  // fields by names of its own
};
/// nullopt when the library has none of that name.
std::optional<GrokPattern> grok_pattern(std::string_view name);

}  // namespace invar::ottl
