#pragma once

#include <string>
#include <string_view>

#include "src/text/gotemplate/lexer.h"
#include "src/text/gotemplate/tree.h"

namespace invar::gotemplate {

/// Reads a numeric constant as text/template does; false with Go's error.
bool read_number(std::string_view text, Token type, Number& out, std::string& error);

/// What the constant is where no type is asked for: kInvalid when it does not fit.
Value ideal_constant(const Node& number);

/// Go's strconv.Unquote: "..." `...` '.'.
bool unquote_literal(std::string_view literal, std::string& out);
/// Go's strconv.UnquoteChar: the rune at the front of `text`, which is cut off. False when malformed.
bool unquote_rune(std::string_view& text, char quote, char32_t& rune, bool& multibyte);

}  // namespace invar::gotemplate
