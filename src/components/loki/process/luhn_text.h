#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "src/text/regex.h"

namespace invar::loki_process {

/// Which numbers of a text are replaced, and by what.
struct LuhnRules {
  std::string replacement = "**REDACTED**";
  size_t min_length = 13;
  std::string delimiters;     // characters that may stand between the digits of a number
  std::optional<Regex> skip;  // numbers inside of a match stay
};

/// Appends `text` to `out` with all numbers that pass the Luhn check replaced, as Alloy's stage.luhn does: a delimiter behind a replaced number stays, bytes
/// that are not UTF-8 become U+FFFD. False, with nothing appended, when the text stays as it is.
bool replace_luhn_numbers(std::string_view text, const LuhnRules& rules, std::string& out);

}  // namespace invar::loki_process
