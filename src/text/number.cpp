#include "src/text/number.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "src/base/quote.h"

namespace invar {
namespace {

enum class Fault : uint8_t { kNone, kSyntax, kRange };

Error number_error(std::string_view function, std::string_view text, std::string_view why) {
  return {"strconv." + std::string(function) + ": parsing " + quoted(text) + ": " + std::string(why), {}};
}

Error number_error(std::string_view function, std::string_view text, Fault fault) {
  return number_error(function, text, fault == Fault::kRange ? "value out of range" : "invalid syntax");
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Underscores may only stand between digits, or between a base prefix and a digit; and only where a prefix is (or base 0).
bool underscores_are_fine(std::string_view text) {
  size_t i = 0;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) i = 1;
  char seen = '^';  // ^ start, 0 digit, _ underscore, ! anything else
  bool hex = false;
  if (text.size() - i >= 2 && text[i] == '0') {
    const char mark = to_lower(text[i + 1]);
    if (mark == 'b' || mark == 'o' || mark == 'x') {
      i += 2;
      seen = '0';
      hex = mark == 'x';
    }
  }
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= '0' && c <= '9') || (hex && to_lower(c) >= 'a' && to_lower(c) <= 'f')) {
      seen = '0';
    } else if (c == '_') {
      if (seen != '0') return false;
      seen = '_';
    } else {
      if (seen == '_') return false;
      seen = '!';
    }
  }
  return seen != '_';
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = to_lower(c);
  return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

// The magnitude of an integer without sign. `whole` is the text with its sign, for the underscore rule.
Fault read_magnitude(std::string_view digits, std::string_view whole, int base, int bits, uint64_t& out) {
  out = 0;
  if (digits.empty()) return Fault::kSyntax;
  const bool any_base = base == 0;
  if (any_base) {
    base = 10;
    if (digits[0] == '0') {
      const char mark = digits.size() >= 3 ? to_lower(digits[1]) : '\0';
      if (mark == 'b' || mark == 'o' || mark == 'x') {
        base = mark == 'b' ? 2 : mark == 'o' ? 8 : 16;
        digits.remove_prefix(2);
      } else {
        base = 8;
        digits.remove_prefix(1);
      }
    }
  }
  const uint64_t limit = bits == 64 ? std::numeric_limits<uint64_t>::max() : (uint64_t{1} << bits) - 1;
  bool underscores = false;
  bool overflow = false;
  for (const char c : digits) {
    if (c == '_' && any_base) {
      underscores = true;
      continue;
    }
    const int value = digit_value(c);
    if (value >= base) return Fault::kSyntax;
    if (overflow) continue;
    uint64_t next;
    overflow = __builtin_mul_overflow(out, static_cast<uint64_t>(base), &next) ||
               __builtin_add_overflow(next, static_cast<uint64_t>(value), &next) || next > limit;
    // Go stops at the overflow and does not look at the rest.
    if (overflow) {
      out = limit;
      return Fault::kRange;
    }
    out = next;
  }
  if (underscores && !underscores_are_fine(whole)) return Fault::kSyntax;
  return Fault::kNone;
}

Fault read_int(std::string_view text, int base, int bits, int64_t& out) {
  out = 0;
  if (text.empty()) return Fault::kSyntax;
  const bool negative = text[0] == '-';
  const std::string_view digits = negative || text[0] == '+' ? text.substr(1) : text;
  uint64_t magnitude;
  const Fault fault = read_magnitude(digits, text, base, 64, magnitude);
  if (fault == Fault::kSyntax) return fault;
  const uint64_t cutoff = uint64_t{1} << (bits - 1);
  if (fault == Fault::kRange || (negative ? magnitude > cutoff : magnitude >= cutoff)) return Fault::kRange;
  out = negative ? static_cast<int64_t>(0 - magnitude) : static_cast<int64_t>(magnitude);
  return Fault::kNone;
}

bool equals_any_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i)
    if (to_lower(text[i]) != lower[i]) return false;
  return true;
}

// What Go's float syntax allows, found by one pass: digits, one dot, an exponent.
bool is_decimal(std::string_view body) {
  size_t i = 0, digits = 0;
  bool dot = false;
  for (; i < body.size(); ++i) {
    if (body[i] >= '0' && body[i] <= '9') {
      ++digits;
    } else if (body[i] == '.' && !dot) {
      dot = true;
    } else {
      break;
    }
  }
  if (digits == 0) return false;
  if (i == body.size()) return true;
  if (to_lower(body[i]) != 'e') return false;
  if (++i < body.size() && (body[i] == '+' || body[i] == '-')) ++i;
  if (i == body.size()) return false;
  for (; i < body.size(); ++i)
    if (body[i] < '0' || body[i] > '9') return false;
  return true;
}

// `body` begins behind 0x. Go demands the p exponent.
bool is_hexadecimal(std::string_view body) {
  size_t i = 0, digits = 0;
  bool dot = false;
  for (; i < body.size(); ++i) {
    if (digit_value(body[i]) < 16) {
      ++digits;
    } else if (body[i] == '.' && !dot) {
      dot = true;
    } else {
      break;
    }
  }
  if (digits == 0 || i == body.size() || to_lower(body[i]) != 'p') return false;
  if (++i < body.size() && (body[i] == '+' || body[i] == '-')) ++i;
  if (i == body.size()) return false;
  for (; i < body.size(); ++i)
    if (body[i] < '0' || body[i] > '9') return false;
  return true;
}

Fault read_by_strtod(const std::string& text, double& out) {
  out = std::strtod(text.c_str(), nullptr);
  return std::isinf(out) ? Fault::kRange : Fault::kNone;
}

Fault read_float(std::string_view text, double& out) {
  out = 0;
  std::string_view body = text;
  bool negative = false;
  bool sign = false;
  if (!body.empty() && (body[0] == '-' || body[0] == '+')) {
    negative = body[0] == '-';
    sign = true;
    body.remove_prefix(1);
  }
  if (equals_any_case(body, "inf") || equals_any_case(body, "infinity")) {
    out = negative ? -HUGE_VAL : HUGE_VAL;
    return Fault::kNone;
  }
  if (!sign && equals_any_case(body, "nan")) {
    out = std::numeric_limits<double>::quiet_NaN();
    return Fault::kNone;
  }
  std::string plain;
  if (body.find('_') != std::string_view::npos) {
    if (!underscores_are_fine(text)) return Fault::kSyntax;
    for (const char c : body)
      if (c != '_') plain += c;
    body = plain;
  }
  Fault fault = Fault::kNone;
  if (body.size() > 2 && body[0] == '0' && to_lower(body[1]) == 'x') {
    if (!is_hexadecimal(body.substr(2))) return Fault::kSyntax;
    fault = read_by_strtod(std::string(body), out);
  } else {
    if (!is_decimal(body)) return Fault::kSyntax;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), out);
    // from_chars says "out of range" for tiny numbers too, which Go rounds to zero, and stops at a bare leading dot in some versions.
    if (error != std::errc() || end != body.data() + body.size()) fault = read_by_strtod(std::string(body), out);
  }
  if (negative) out = -out;
  return fault;
}

}  // namespace

Result<int64_t> parse_int(std::string_view text, int base, int bits, std::string_view function) {
  int64_t out;
  const Fault fault = read_int(text, base, bits, out);
  if (fault != Fault::kNone) return number_error(function, text, fault);
  return out;
}

Result<uint64_t> parse_uint(std::string_view text, int base, int bits, std::string_view function) {
  uint64_t out;
  const Fault fault = read_magnitude(text, text, base, bits, out);
  if (fault != Fault::kNone) return number_error(function, text, fault);
  return out;
}

Result<int64_t> parse_atoi(std::string_view text) { return parse_int(text, 10, 64, "Atoi"); }

Result<double> parse_float(std::string_view text) {
  double out;
  const Fault fault = read_float(text, out);
  if (fault != Fault::kNone) return number_error("ParseFloat", text, fault);
  return out;
}

Result<bool> parse_bool(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "TRUE", "true", "True"})
    if (text == yes) return true;
  for (const std::string_view no : {"0", "f", "F", "FALSE", "false", "False"})
    if (text == no) return false;
  return number_error("ParseBool", text, "invalid syntax");
}

std::optional<int64_t> to_int(std::string_view text) {
  int64_t out;
  if (read_int(text, 10, 64, out) != Fault::kNone) return std::nullopt;
  return out;
}

std::optional<double> to_float(std::string_view text) {
  double out;
  if (read_float(text, out) != Fault::kNone) return std::nullopt;
  return out;
}

}  // namespace invar
