#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/text/regex_syntax.h"

// Runes, escapes and character classes of the regular expression syntax; used by regex_syntax.cpp alone.
namespace invar::regex {

/// The flags that (?imsU) switch.
struct Flags {
  bool fold = false;
  bool one_line = true;
  bool dot_newline = false;
  bool lazy = false;
};

Error syntax_error(std::string_view code, std::string_view expression);

bool is_alnum(char32_t rune);
/// Takes a rune off a non-empty text; an error when it is not UTF-8.
std::optional<Error> take_rune(std::string_view& rest, char32_t& rune);
std::optional<Error> check_utf8(std::string_view text);
/// Takes a single-rune escape (`\n`, `\x{41}`, `\.`) off; `rest` begins with the backslash.
std::optional<Error> take_escape(std::string_view& rest, char32_t& rune);

/// `.`
CharSet any_rune(bool with_newline);
/// Takes `[...]` off.
Result<CharSet> parse_bracket(std::string_view& rest, bool fold);
/// Takes \d \S \pL \P{Greek} ... off; nullopt when no such thing stands there.
Result<std::optional<CharSet>> parse_class_escape(std::string_view& rest, bool fold);

/// Writes literal text for RE2.
void append_literal(std::string& out, std::string_view text);

}  // namespace invar::regex
