#pragma once

namespace invar {

/// Character classes as Go sees them (tables of Unicode 15.0): unicode.IsLetter, unicode.IsDigit (category Nd), strconv.IsPrint.
bool is_letter(char32_t rune);
bool is_digit(char32_t rune);
bool is_printable(char32_t rune);

}  // namespace invar
