#include "src/base/quote.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "src/base/unicode.h"

namespace invar {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kLastRune = 0x10FFFF;

bool is_surrogate(char32_t rune) { return rune >= 0xD800 && rune < 0xE000; }

void append_hex(std::string& out, char32_t value, int digits) {
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += "0123456789abcdef"[(value >> shift) & 0xF];
}

/// The letter behind the backslash in Go's one-letter escapes, 0 for a rune that has none.
char short_escape(char32_t rune) {
  switch (rune) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return 0;
  }
}

void append_escaped(std::string& out, char32_t rune) {
  if (rune == '"' || rune == '\\') {
    out += '\\';
    out += static_cast<char>(rune);
  } else if (is_printable(rune)) {
    append_rune(out, rune);
  } else if (const char letter = short_escape(rune)) {
    out += '\\';
    out += letter;
  } else if (rune < ' ' || rune == 0x7f) {
    append_hex(out += "\\x", rune, 2);
  } else if (rune < 0x10000) {
    append_hex(out += "\\u", rune, 4);
  } else {
    append_hex(out += "\\U", rune, 8);
  }
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/// Takes `count` digits off the front of `rest`.
bool take_number(std::string_view& rest, size_t count, uint32_t base, uint32_t& value) {
  if (rest.size() < count) return false;
  value = 0;
  for (size_t i = 0; i < count; ++i) {
    const auto digit = static_cast<uint32_t>(digit_value(rest[i]));
    if (digit >= base) return false;
    value = value * base + digit;
  }
  rest.remove_prefix(count);
  return true;
}

std::optional<QuotedRune> take_code_point(std::string_view& rest, size_t digits) {
  uint32_t value;
  if (!take_number(rest, digits, 16, value) || value > kLastRune || is_surrogate(value)) return std::nullopt;
  return QuotedRune{value};
}

std::optional<QuotedRune> take_byte(std::string_view& rest, size_t digits, uint32_t base) {
  uint32_t value;
  if (!take_number(rest, digits, base, value) || value > 255) return std::nullopt;
  return QuotedRune{value, true};
}

/// Takes one escape sequence, whose backslash is already gone, off the front of `rest`.
std::optional<QuotedRune> take_escape(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const char kind = rest.front();
  if (kind >= '0' && kind <= '7') return take_byte(rest, 3, 8);
  rest.remove_prefix(1);
  switch (kind) {
    case 'a': return QuotedRune{'\a'};
    case 'b': return QuotedRune{'\b'};
    case 'f': return QuotedRune{'\f'};
    case 'n': return QuotedRune{'\n'};
    case 'r': return QuotedRune{'\r'};
    case 't': return QuotedRune{'\t'};
    case 'v': return QuotedRune{'\v'};
    case '\\':
    case '"': return QuotedRune{static_cast<char32_t>(kind)};
    case 'x': return take_byte(rest, 2, 16);
    case 'u': return take_code_point(rest, 4);
    case 'U': return take_code_point(rest, 8);
    default: return std::nullopt;
  }
}

/// Takes one byte of a raw literal off the front of `rest`.
bool take_raw(std::string_view& rest, std::string& out) {
  const char c = rest.front();
  rest.remove_prefix(1);
  if (c != '\r') out += c;
  return c != '`';
}

/// Takes one rune or escape off the front of `rest`.
bool take_rune(std::string_view& rest, std::string& out) {
  if (rest.front() == '\n') return false;
  const auto taken = take_quoted_rune(rest);
  if (!taken) return false;
  if (taken->is_byte) out += static_cast<char>(taken->rune);
  else append_rune(out, taken->rune);
  return true;
}

/// The bytes at the front of a literal's inside that stand for themselves, as most do.
size_t plain_length(std::string_view rest) {
  constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (size_t c = ' '; c <= '~'; ++c) plain[c] = c != '"' && c != '\\' && c != '`';
    return plain;
  }();
  size_t length = 0;
  while (length < rest.size() && kPlain[static_cast<uint8_t>(rest[length])]) ++length;
  return length;
}

/// Calls `taken(offset)` after each rune or escape, with its place in the literal.
template <class Taken>
bool unquote_each(std::string_view literal, std::string& out, Taken taken) {
  out.clear();
  if (literal.size() < 2 || literal.front() != literal.back() || (literal.front() != '"' && literal.front() != '`')) return false;
  std::string_view rest = literal.substr(1, literal.size() - 2);
  const auto take = literal.front() == '`' ? take_raw : take_rune;
  while (!rest.empty()) {
    const auto at = static_cast<uint32_t>(rest.data() - literal.data());
    if (!take(rest, out)) return false;
    taken(at);
  }
  return true;
}

/// The shortest digits that read back as the value: 0.d1d2d3... * 10^point.
struct Decimal {
  bool negative = false;
  char digits[24];
  int count = 0;
  int point = 0;
};

Decimal shortest_decimal(double value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  Decimal result;
  const char* at = text;
  if (*at == '-') result.negative = true, ++at;
  for (; at != end && *at != 'e'; ++at)
    if (*at != '.') result.digits[result.count++] = *at;
  int exponent = 0;
  if (at != end) {
    ++at;
    if (*at == '+') ++at;
    std::from_chars(at, end, exponent);
  }
  result.point = exponent + 1;
  if (value == 0) result.point = 1;
  while (result.count > 1 && result.digits[result.count - 1] == '0') --result.count;
  return result;
}

bool not_a_number(double value, std::string& text) {
  if (std::isnan(value)) return text = "NaN", true;
  if (std::isinf(value)) return text = value > 0 ? "+Inf" : "-Inf", true;
  return false;
}

std::string fixed_notation(const Decimal& decimal) {
  std::string out(decimal.negative ? "-" : "");
  if (decimal.point <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-decimal.point), '0');
    return out.append(decimal.digits, static_cast<size_t>(decimal.count));
  }
  for (int i = 0; i < decimal.point; ++i) out += i < decimal.count ? decimal.digits[i] : '0';
  if (decimal.count > decimal.point) {
    out += '.';
    out.append(decimal.digits + decimal.point, static_cast<size_t>(decimal.count - decimal.point));
  }
  return out;
}

std::string exponent_notation(const Decimal& decimal) {
  std::string out(decimal.negative ? "-" : "");
  out += decimal.digits[0];
  if (decimal.count > 1) out.append(".").append(decimal.digits + 1, static_cast<size_t>(decimal.count - 1));
  const int exponent = decimal.point - 1;
  out += exponent < 0 ? "e-" : "e+";
  const int magnitude = std::abs(exponent);
  if (magnitude < 10) out += '0';
  return out += std::to_string(magnitude);
}

/// Number of continuation bytes a lead byte announces, and the bounds of the first of them (Go's utf8 acceptance table).
struct LeadByte {
  size_t more;
  uint8_t low = 0x80, high = 0xBF;
};

LeadByte lead_byte(uint8_t c) {
  if (c < 0xC2 || c > 0xF4) return {0};
  if (c < 0xE0) return {1};
  if (c < 0xF0) return {2, static_cast<uint8_t>(c == 0xE0 ? 0xA0 : 0x80), static_cast<uint8_t>(c == 0xED ? 0x9F : 0xBF)};
  return {3, static_cast<uint8_t>(c == 0xF0 ? 0x90 : 0x80), static_cast<uint8_t>(c == 0xF4 ? 0x8F : 0xBF)};
}

/// How many bytes of ASCII a text begins with.
size_t ascii_length(std::string_view text) {
  constexpr uint64_t kBeyond = 0x8080808080808080;
  size_t length = 0;
  for (uint64_t eight; length + 8 <= text.size(); length += 8) {
    std::memcpy(&eight, text.data() + length, 8);
    if (eight & kBeyond) break;
  }
  while (length < text.size() && static_cast<uint8_t>(text[length]) < 0x80) ++length;
  return length;
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    size_t length;
    const char32_t rune = decode_rune(text, length);
    if (rune == kReplacement && length == 1)
      append_hex(out += "\\x", static_cast<uint8_t>(text.front()), 2);
    else
      append_escaped(out, rune);
    text.remove_prefix(length);
  }
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_quoted(out, text);
  return out;
}

bool can_backquote(std::string_view text) {
  for (size_t length; !text.empty(); text.remove_prefix(length)) {
    const char32_t rune = decode_rune(text, length);
    if (length > 1) {
      if (rune == 0xFEFF) return false;
      continue;
    }
    if (rune == 0xFFFD || (rune < ' ' && rune != '\t') || rune == '`' || rune == 0x7F) return false;
  }
  return true;
}

bool unquote(std::string_view literal, std::string& out) {
  const size_t plain = literal.empty() ? 0 : plain_length(literal.substr(1));
  if (literal.size() == plain + 2 && literal.front() == literal.back() && (literal.front() == '"' || literal.front() == '`')) {
    out = literal.substr(1, plain);
    return true;
  }
  return unquote_each(literal, out, [](uint32_t) {});
}

bool unquote(std::string_view literal, std::string& out, std::vector<uint32_t>& starts) {
  starts.clear();
  if (!unquote_each(literal, out, [&](uint32_t at) { starts.resize(out.size(), at); })) return false;
  starts.push_back(static_cast<uint32_t>(literal.size() - 1));
  return true;
}

std::optional<QuotedRune> take_quoted_rune(std::string_view& rest) {
  if (rest.front() == '"') return std::nullopt;
  if (rest.front() == '\\') {
    rest.remove_prefix(1);
    return take_escape(rest);
  }
  size_t length;
  const char32_t rune = decode_rune(rest, length);
  rest.remove_prefix(length);
  return QuotedRune{rune};
}

std::string format_float(double value) {
  std::string text;
  return not_a_number(value, text) ? text : fixed_notation(shortest_decimal(value));
}

std::string format_float_general(double value) {
  std::string text;
  if (not_a_number(value, text)) return text;
  const Decimal decimal = shortest_decimal(value);
  const int exponent = decimal.point - 1;
  return exponent < -4 || exponent >= 6 ? exponent_notation(decimal) : fixed_notation(decimal);
}

bool is_valid_utf8(std::string_view text) {
  for (text.remove_prefix(ascii_length(text)); !text.empty(); text.remove_prefix(ascii_length(text))) {
    size_t length = 1;
    if (decode_rune(text, length) == kReplacement && length == 1) return false;
    text.remove_prefix(length);
  }
  return true;
}

char32_t decode_rune(std::string_view text, size_t& length) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  length = 1;
  const uint8_t first = byte(0);
  if (first < 0x80) return first;
  const LeadByte lead = lead_byte(first);
  if (lead.more == 0 || text.size() <= lead.more || byte(1) < lead.low || byte(1) > lead.high) return kReplacement;
  char32_t rune = first & (0x3F >> lead.more);
  for (size_t i = 1; i <= lead.more; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return kReplacement;
    rune = rune << 6 | (byte(i) & 0x3F);
  }
  length = lead.more + 1;
  return rune;
}

void append_rune(std::string& out, char32_t rune) {
  if (rune > kLastRune || is_surrogate(rune)) rune = kReplacement;
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((rune >> shift) & 0x3F)); };
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0 | rune >> 6);
    tail(0);
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0 | rune >> 12);
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0 | rune >> 18);
    tail(12), tail(6), tail(0);
  }
}

}  // namespace invar
