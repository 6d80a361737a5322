#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace invar::ottl {

/// Why ExtractGrokPatterns is not made of a pattern and definitions (`NAME=pattern`), as Alloy says it.
struct GrokError {
  std::string text;
  bool is_regex = false;        // what it expands to does not compile
  bool in_definitions = false;
  std::string reason = {};      // in short
};
/// `pattern` is nullopt when only running tells it; then definitions alone are looked at. Patterns of the library are taken to be right.
std::optional<GrokError> grok_error(std::optional<std::string_view> pattern, bool named_captures_only, std::span<const std::string_view> definitions);

}  // namespace invar::ottl
