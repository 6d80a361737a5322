#include "src/text/gotemplate/number_text.h"

#include <cmath>

#include "src/base/quote.h"
#include "src/text/number.h"

namespace invar::gotemplate {
namespace {

bool is_whole(double number) {
  return number >= -9223372036854775808.0 && number < 9223372036854775808.0 && static_cast<double>(static_cast<int64_t>(number)) == number;
}
bool is_whole_positive(double number) {
  return number >= 0 && number < 18446744073709551616.0 && static_cast<double>(static_cast<uint64_t>(number)) == number;
}

/// Takes over the other types of a complex number without an imaginary part.
void simplify_complex(Number& out) {
  out.is_float = out.complex.imaginary == 0;
  if (!out.is_float) return;
  out.real = out.complex.real;
  if ((out.is_int = is_whole(out.real))) out.integer = static_cast<int64_t>(out.real);
  if ((out.is_uint = is_whole_positive(out.real))) out.natural = static_cast<uint64_t>(out.real);
}

bool read_char(std::string_view text, Number& out, std::string& error) {
  std::string_view rest = text.substr(1);
  char32_t rune;
  bool multibyte;
  if (!unquote_rune(rest, '\'', rune, multibyte)) return error = "invalid syntax", false;
  if (rest != "'") return error = "malformed character constant: " + std::string(text), false;
  out.is_int = out.is_uint = out.is_float = true;
  out.integer = static_cast<int64_t>(rune);
  out.natural = rune;
  out.real = static_cast<double>(rune);
  return true;
}

/// 1+2i, as fmt.Sscan reads it.
bool read_complex(std::string_view text, Number& out, std::string& error) {
  size_t split = std::string_view::npos;
  for (size_t i = 1; i + 1 < text.size(); ++i)
    if ((text[i] == '+' || text[i] == '-') && ((text[i - 1] | 0x20) != 'e' || text.starts_with("0x")) && (text[i - 1] | 0x20) != 'p') {
      split = i;
      break;
    }
  if (split == std::string_view::npos) return error = "syntax error scanning complex number", false;
  const auto real = parse_float(text.substr(0, split));
  if (!real) return error = real.error().what, false;
  const auto imaginary = parse_float(text.substr(split, text.size() - split - 1));
  if (!imaginary) return error = imaginary.error().what, false;
  out.is_complex = true;
  out.complex = {*real, *imaginary};
  simplify_complex(out);
  return true;
}

}  // namespace

bool read_number(std::string_view text, Token type, Number& out, std::string& error) {
  if (type == Token::kCharConstant) return read_char(text, out, error);
  if (type == Token::kComplex) return read_complex(text, out, error);
  if (text.ends_with('i')) {
    if (const auto imaginary = parse_float(text.substr(0, text.size() - 1))) {
      out.is_complex = true;
      out.complex = {0, *imaginary};
      simplify_complex(out);
      return true;
    }
  }
  if (const auto natural = parse_uint(text, 0)) out.is_uint = true, out.natural = *natural;
  if (const auto integer = parse_int(text, 0)) {
    out.is_int = true;
    out.integer = *integer;
    if (out.integer == 0) out.is_uint = true;
  }
  if (out.is_int) {
    out.is_float = true;
    out.real = static_cast<double>(out.integer);
    return true;
  }
  if (out.is_uint) {
    out.is_float = true;
    out.real = static_cast<double>(out.natural);
    return true;
  }
  const auto real = parse_float(text);
  if (!real) return error = "illegal number syntax: " + quoted(text), false;
  if (text.find_first_of(".eEpP") == std::string_view::npos) return error = "integer overflow: " + quoted(text), false;
  out.is_float = true;
  out.real = *real;
  if ((out.is_int = is_whole(*real))) out.integer = static_cast<int64_t>(*real);
  if ((out.is_uint = is_whole_positive(*real))) out.natural = static_cast<uint64_t>(*real);
  return true;
}

Value ideal_constant(const Node& number) {
  const Number& n = number.number;
  const std::string_view text = number.text;
  if (n.is_complex) {
    Value value = Value::of(Type::kComplex);
    value.complex = &n.complex;
    return value;
  }
  const bool is_hex = text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x' && text.find_first_of("pP") == std::string_view::npos;
  if (n.is_float && !is_hex && !text.starts_with('\'') && text.find_first_of(".eEpP") != std::string_view::npos) return Value::of(n.real);
  if (n.is_int) return Value::of(n.integer);
  return {};
}

namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

bool take_digits(std::string_view& text, size_t count, int base, uint32_t& value) {
  if (text.size() < count) return false;
  value = 0;
  for (size_t i = 0; i < count; ++i) {
    const int digit = digit_of(text[i]);
    if (digit >= base) return false;
    value = value * static_cast<uint32_t>(base) + static_cast<uint32_t>(digit);
  }
  text.remove_prefix(count);
  return true;
}

}  // namespace

bool unquote_rune(std::string_view& text, char quote, char32_t& rune, bool& multibyte) {
  multibyte = false;
  if (text.empty()) return false;
  if (text[0] == quote && (quote == '\'' || quote == '"')) return false;
  if (text[0] != '\\') {
    size_t length;
    multibyte = static_cast<unsigned char>(text[0]) >= 0x80;
    rune = decode_rune(text, length);
    text.remove_prefix(length);
    return true;
  }
  if (text.size() < 2) return false;
  const char letter = text[1];
  text.remove_prefix(2);
  uint32_t value;
  switch (letter) {
    case 'a': rune = '\a'; return true;
    case 'b': rune = '\b'; return true;
    case 'f': rune = '\f'; return true;
    case 'n': rune = '\n'; return true;
    case 'r': rune = '\r'; return true;
    case 't': rune = '\t'; return true;
    case 'v': rune = '\v'; return true;
    case 'x':
      if (!take_digits(text, 2, 16, value)) return false;
      rune = value;
      return true;
    case 'u':
    case 'U':
      if (!take_digits(text, letter == 'u' ? 4 : 8, 16, value) || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return false;
      rune = value;
      return multibyte = true;
    case '\\': rune = '\\'; return true;
    case '\'':
    case '"':
      rune = static_cast<char32_t>(letter);
      return letter == quote;
    default:
      if (letter < '0' || letter > '7' || text.size() < 2) return false;
      if (!take_digits(text, 2, 8, value)) return false;
      rune = static_cast<uint32_t>(letter - '0') * 64 + value;
      return rune <= 255;
  }
}

bool unquote_literal(std::string_view literal, std::string& out) {
  out.clear();
  if (literal.size() < 2 || literal.front() != literal.back()) return false;
  const char quote = literal[0];
  std::string_view rest = literal.substr(1, literal.size() - 2);
  if (quote == '`') {
    if (rest.find('`') != std::string_view::npos) return false;
    for (const char c : rest)
      if (c != '\r') out += c;
    return true;
  }
  if (quote != '"' || rest.find('\n') != std::string_view::npos) return false;
  while (!rest.empty()) {
    char32_t rune;
    bool multibyte;
    if (!unquote_rune(rest, quote, rune, multibyte)) return false;
    if (multibyte)
      append_rune(out, rune);
    else
      out += static_cast<char>(rune);
  }
  return true;
}

}  // namespace invar::gotemplate
