#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace invar::json {

/// Whose reading of JSON.
enum class Dialect : uint8_t {
  kIterator,       ///< json-iterator into map[string]any
  kStandard,       ///< encoding/json into any
  kStandardTexts,  ///< encoding/json into a struct of strings: numbers are not evaluated
};

/// Where bytes that are not UTF-8 go until the document is parsed: byte b stands as the rune kByteRunes + b.
inline constexpr char32_t kByteRunes = 0x10FF00;

/// The slow path: reads `text` exactly as Go's library does and writes JSON that simdjson takes. False when Go refuses it. With
/// kIterator, broken bytes are written as runes from kByteRunes on and `holds_bytes` is set (unless the text has such runes itself).
bool mend(std::string_view text, Dialect dialect, std::string& out, bool& holds_bytes);

}  // namespace invar::json
