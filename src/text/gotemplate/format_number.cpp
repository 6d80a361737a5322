#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "src/base/quote.h"
#include "src/base/unicode.h"
#include "src/text/gotemplate/format.h"

namespace invar::gotemplate {
namespace {

constexpr char kLower[] = "0123456789abcdef", kUpper[] = "0123456789ABCDEF";

struct Parts {
  bool negative;
  uint64_t mantissa;
  int exponent;  // of the mantissa's last bit
};

Parts take_apart(double number) {
  uint64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  const int exponent = static_cast<int>(bits >> 52 & 0x7FF);
  const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  if (exponent == 0) return {bits >> 63 != 0, fraction, -1074};
  return {bits >> 63 != 0, fraction | uint64_t{1} << 52, exponent - 1075};
}

void append_exponent(std::string& out, int exponent) {
  out += exponent < 0 ? '-' : '+';
  const int absolute = std::abs(exponent);
  if (absolute < 10) out += '0';
  out += std::to_string(absolute);
}

// 0x1.8p+01
std::string format_hex(double number, bool upper, int precision) {
  auto [negative, mantissa, exponent] = take_apart(number);
  if (mantissa == 0) exponent = 0;
  // One bit in front of the point: 61 bits in all, of which 60 are a fraction.
  if (mantissa != 0) {
    exponent += 60;
    while ((mantissa & uint64_t{1} << 60) == 0) mantissa <<= 1, --exponent;
  }
  if (precision >= 0 && precision < 15) {
    const int shift = precision * 4;
    const uint64_t extra = (mantissa << shift) & ((uint64_t{1} << 60) - 1);
    mantissa >>= 60 - shift;
    if ((extra | (mantissa & 1)) > uint64_t{1} << 59) ++mantissa;
    mantissa <<= 60 - shift;
    if (mantissa & uint64_t{1} << 61) mantissa >>= 1, ++exponent;
  }
  const char* const digits = upper ? kUpper : kLower;
  std::string out = negative ? "-0" : "0";
  out += upper ? 'X' : 'x';
  out += static_cast<char>('0' + (mantissa >> 60 & 1));
  mantissa <<= 4;
  if (precision < 0 && mantissa != 0) {
    out += '.';
    for (; mantissa != 0; mantissa <<= 4) out += digits[mantissa >> 60 & 15];
  } else if (precision > 0) {
    out += '.';
    for (int i = 0; i < precision; ++i, mantissa <<= 4) out += digits[mantissa >> 60 & 15];
  }
  out += upper ? 'P' : 'p';
  append_exponent(out, exponent);
  return out;
}

std::string format_with(const char* pattern, int precision, double number) {
  const int size = std::snprintf(nullptr, 0, pattern, precision, number);
  std::string out(static_cast<size_t>(size) + 1, '\0');
  std::snprintf(out.data(), out.size(), pattern, precision, number);
  out.resize(static_cast<size_t>(size));
  return out;
}

std::string shortest_scientific(double number) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, number, std::chars_format::scientific).ptr};
}

}  // namespace

std::string format_number(double number, char verb, int precision) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Inf" : "+Inf";
  std::string out;
  switch (verb) {
    case 'b': {
      const auto [negative, mantissa, exponent] = take_apart(number);
      return (negative ? "-" : "") + std::to_string(mantissa) + "p" + (exponent >= 0 ? "+" : "") + std::to_string(exponent);
    }
    case 'x':
    case 'X': return format_hex(number, verb == 'X', precision);
    case 'f': return precision < 0 ? format_float(number) : format_with("%.*f", precision, number);
    case 'e':
    case 'E': out = precision < 0 ? shortest_scientific(number) : format_with("%.*e", precision, number); break;
    default: out = precision < 0 ? format_float_general(number) : format_with("%.*g", precision == 0 ? 1 : precision, number); break;
  }
  if (verb == 'E' || verb == 'G')
    if (const size_t e = out.find('e'); e != std::string::npos) out[e] = 'E';
  return out;
}

void append_unicode(std::string& out, char32_t rune, bool sharp) {
  out += "U+";
  const size_t begin = out.size();
  for (uint32_t rest = rune; rest != 0 || out.size() - begin < 4; rest >>= 4) out.insert(begin, 1, kUpper[rest & 15]);
  if (sharp && rune <= 0x10FFFF && is_printable(rune)) {
    out += " '";
    append_rune(out, rune);
    out += '\'';
  }
}

namespace {

void append_hex(std::string& out, uint32_t value, int digits) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kLower[value >> shift & 15];
}

void append_escaped(std::string& out, char32_t rune, char quote, bool ascii) {
  if (rune == static_cast<char32_t>(quote) || rune == '\\') {
    (out += '\\') += static_cast<char>(rune);
    return;
  }
  if (ascii ? rune < 0x80 && is_printable(rune) : is_printable(rune)) return append_rune(out, rune);
  static constexpr std::string_view kLetters = "\a\b\f\n\r\t\v", kNames = "abfnrtv";
  if (rune < 0x80) {
    if (const size_t at = kLetters.find(static_cast<char>(rune)); at != std::string_view::npos) {
      (out += '\\') += kNames[at];
      return;
    }
  }
  if (rune < ' ' || rune == 0x7F) return append_hex(out += "\\x", rune, 2);
  if (rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000)) rune = 0xFFFD;
  if (rune < 0x10000) return append_hex(out += "\\u", rune, 4);
  append_hex(out += "\\U", rune, 8);
}

}  // namespace

void append_quoted_ascii(std::string& out, std::string_view text) {
  out += '"';
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    if (rune == 0xFFFD && length == 1)
      append_hex(out += "\\x", static_cast<unsigned char>(text[0]), 2);
    else
      append_escaped(out, rune, '"', true);
  }
  out += '"';
}

void append_quoted_rune(std::string& out, char32_t rune, bool ascii) {
  if (rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000)) rune = 0xFFFD;
  out += '\'';
  append_escaped(out, rune, '\'', ascii);
  out += '\'';
}

}  // namespace invar::gotemplate
