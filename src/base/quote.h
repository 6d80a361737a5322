#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// Go's strconv.Quote: double-quoted, \a \b \f \n \r \t \v \\ \" escaped, other non-printable runes as \x \u \U, invalid UTF-8 bytes
/// as \xhh. Appends to `out`.
void append_quoted(std::string& out, std::string_view text);
std::string quoted(std::string_view text);
/// Go's strconv.CanBackquote: one line, without backquotes and control characters but tabs.
bool can_backquote(std::string_view text);

/// Go's strconv.Unquote for double-quoted and back-quoted literals as the Alloy language allows them. False when malformed.
bool unquote(std::string_view literal, std::string& out);
/// The same, and where it is written: `starts[i]` is the offset in `literal` of what byte i of `out` stands for (an escape is one place), and one more for
/// the closing quote.
bool unquote(std::string_view literal, std::string& out, std::vector<uint32_t>& starts);

/// What an escape stands for: a rune, or one byte (\x41, \101).
struct QuotedRune {
  char32_t rune = 0;
  bool is_byte = false;
};
/// Go's strconv.UnquoteChar inside of double quotes: takes one rune or escape off the front of `rest`, which is not empty. nullopt when it is malformed, or a
/// quote.
std::optional<QuotedRune> take_quoted_rune(std::string_view& rest);

/// Go's strconv.FormatFloat(value, 'f', -1, 64).
std::string format_float(double value);
/// Go's strconv.FormatFloat(value, 'g', -1, 64) as %v prints a float64 (1e+06, 0.5, +Inf, NaN).
std::string format_float_general(double value);

/// True when every byte belongs to well-formed UTF-8.
bool is_valid_utf8(std::string_view text);
/// Decodes one rune at the front of `text` (non-empty). Invalid bytes yield U+FFFD with length 1, as Go's utf8.DecodeRuneInString.
char32_t decode_rune(std::string_view text, size_t& length);
void append_rune(std::string& out, char32_t rune);

}  // namespace invar
