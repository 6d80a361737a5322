#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

class Run;

// Go's package strings, as far as functions of templates use it. Views are of their arguments.

std::string_view trim_left(std::string_view text, std::string_view cutset);
std::string_view trim_right(std::string_view text, std::string_view cutset);
/// strings.Replace; count < 0: all.
Value replace_text(Run& run, std::string_view text, std::string_view old, std::string_view with, int64_t count);
/// strings.SplitN; count < 0: all. A []string.
Value split_text(Run& run, std::string_view text, std::string_view separator, int64_t count);
/// strings.ToUpper, strings.ToLower.
Value upper_text(Run& run, std::string_view text);
Value lower_text(Run& run, std::string_view text);

/// Classes of package unicode.
bool is_space(char32_t rune);
bool is_upper(char32_t rune);
bool is_lower(char32_t rune);
bool is_title(char32_t rune);
bool is_punctuation(char32_t rune);
bool is_number(char32_t rune);
char32_t to_title(char32_t rune);

}  // namespace invar::gotemplate
