#pragma once

namespace invar {

/// Character classes as Go sees them (tables of Unicode 15.0): unicode.IsLetter, unicode.IsDigit (category Nd), strconv.IsPrint.
bool is_letter(char32_t rune);
bool is_digit(char32_t rune);
bool is_printable(char32_t rune);

/// Simple case mapping, one rune to one (unicode.ToUpper, unicode.ToLower): `ß` stays.
char32_t to_upper(char32_t rune);
char32_t to_lower(char32_t rune);

}  // namespace invar
