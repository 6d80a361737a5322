#include "src/text/duration.h"

#include <charconv>

namespace invar {
namespace {

constexpr uint64_t kLimit = uint64_t{1} << 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Go's quote() of the time package: printable ASCII as it is, everything else as \xhh.
std::string quote_in_error(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const unsigned char c : text) {
    if (c >= 0x80 || c < ' ') {
      out += "\\x";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

Error duration_error(std::string_view why, std::string_view text) {
  return {"time: " + std::string(why) + " " + quote_in_error(text), {}};
}

uint64_t unit_ns(std::string_view unit) {
  if (unit == "ns") return 1;
  if (unit == "us" || unit == "\xc2\xb5s" || unit == "\xce\xbcs") return 1'000;
  if (unit == "ms") return 1'000'000;
  if (unit == "s") return 1'000'000'000;
  if (unit == "m") return 60'000'000'000;
  if (unit == "h") return 3'600'000'000'000;
  return 0;
}

// Takes leading digits off `rest`. False when they do not fit 63 bits.
bool take_integer(std::string_view& rest, uint64_t& out) {
  out = 0;
  size_t i = 0;
  for (; i < rest.size() && is_digit(rest[i]); ++i) {
    if (out > kLimit / 10) return false;
    out = out * 10 + static_cast<uint64_t>(rest[i] - '0');
    if (out > kLimit) return false;
  }
  rest.remove_prefix(i);
  return true;
}

// Digits behind a dot; those that do not fit are passed over.
uint64_t take_fraction(std::string_view& rest, double& scale) {
  uint64_t out = 0;
  scale = 1;
  bool full = false;
  size_t i = 0;
  for (; i < rest.size() && is_digit(rest[i]); ++i) {
    if (full) continue;
    if (out > (kLimit - 1) / 10) {
      full = true;
      continue;
    }
    const uint64_t next = out * 10 + static_cast<uint64_t>(rest[i] - '0');
    if (next > kLimit) {
      full = true;
      continue;
    }
    out = next;
    scale *= 10;
  }
  rest.remove_prefix(i);
  return out;
}

}  // namespace

Result<int64_t> parse_duration(std::string_view text) {
  const auto invalid = [&] { return duration_error("invalid duration", text); };
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (rest == "0") return int64_t{0};
  if (rest.empty()) return invalid();

  uint64_t total = 0;
  while (!rest.empty()) {
    if (rest[0] != '.' && !is_digit(rest[0])) return invalid();
    const size_t before = rest.size();
    uint64_t whole;
    if (!take_integer(rest, whole)) return invalid();
    bool digits = rest.size() != before;
    uint64_t fraction = 0;
    double scale = 1;
    if (!rest.empty() && rest[0] == '.') {
      rest.remove_prefix(1);
      const size_t dot = rest.size();
      fraction = take_fraction(rest, scale);
      digits = digits || rest.size() != dot;
    }
    if (!digits) return invalid();

    size_t length = 0;
    while (length < rest.size() && rest[length] != '.' && !is_digit(rest[length])) ++length;
    if (length == 0) return duration_error("missing unit in duration", text);
    const std::string_view unit_name = rest.substr(0, length);
    rest.remove_prefix(length);
    const uint64_t unit = unit_ns(unit_name);
    if (unit == 0) return duration_error("unknown unit " + quote_in_error(unit_name) + " in duration", text);
    if (whole > kLimit / unit) return invalid();
    uint64_t value = whole * unit;
    if (fraction > 0) {
      value += static_cast<uint64_t>(static_cast<double>(fraction) * (static_cast<double>(unit) / scale));
      if (value > kLimit) return invalid();
    }
    total += value;
    if (total > kLimit) return invalid();
  }
  if (negative) return static_cast<int64_t>(0 - total);
  if (total > kLimit - 1) return invalid();
  return static_cast<int64_t>(total);
}

namespace {

void append_int(std::string& out, uint64_t value) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// value / 10^decimals without trailing zeros.
void append_decimal(std::string& out, uint64_t value, int decimals) {
  uint64_t scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  append_int(out, value / scale);
  uint64_t fraction = value % scale;
  if (fraction == 0) return;
  out += '.';
  for (scale /= 10; fraction != 0; scale /= 10) {
    out += static_cast<char>('0' + fraction / scale);
    fraction %= scale;
  }
}

}  // namespace

void append_duration(std::string& out, int64_t ns) {
  if (ns == 0) {
    out += "0s";
    return;
  }
  uint64_t left = static_cast<uint64_t>(ns);
  if (ns < 0) {
    out += '-';
    left = 0 - left;
  }
  if (left < 1'000) {
    append_int(out, left);
    out += "ns";
  } else if (left < 1'000'000) {
    append_decimal(out, left, 3);
    out += "\xc2\xb5s";
  } else if (left < 1'000'000'000) {
    append_decimal(out, left, 6);
    out += "ms";
  } else {
    constexpr uint64_t kMinute = 60'000'000'000;
    const uint64_t minutes = left / kMinute;
    if (minutes >= 60) {
      append_int(out, minutes / 60);
      out += 'h';
    }
    if (minutes > 0) {
      append_int(out, minutes % 60);
      out += 'm';
    }
    append_decimal(out, left % kMinute, 9);
    out += 's';
  }
}

std::string format_duration(int64_t ns) {
  std::string out;
  append_duration(out, ns);
  return out;
}

}  // namespace invar
