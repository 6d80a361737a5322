#include "src/text/byte_size.h"

#include <optional>

namespace invar {
namespace {

constexpr std::string_view kPrefixes = "KMGTPE";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "B", and "KiB" ... or, in the older spelling, "KB" ...
std::optional<double> unit_bytes(std::string_view unit, std::string_view suffix) {
  if (unit == "B") return 1.0;
  if (unit.size() != 1 + suffix.size() || unit.substr(1) != suffix) return std::nullopt;
  const size_t power = kPrefixes.find(unit[0]);
  if (power == std::string_view::npos) return std::nullopt;
  double out = 1024;
  for (size_t i = 0; i < power; ++i) out *= 1024;
  return out;
}

bool take_integer(std::string_view& rest, int64_t& out) {
  out = 0;
  size_t i = 0;
  for (; i < rest.size() && is_digit(rest[i]); ++i) {
    if (out >= (INT64_MAX - 9) / 10) return false;
    out = out * 10 + (rest[i] - '0');
  }
  rest.remove_prefix(i);
  return true;
}

Result<int64_t> parse_with(std::string_view text, std::string_view suffix) {
  const auto invalid = [&] { return Error{"units: invalid " + std::string(text), {}}; };
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (rest == "0") return int64_t{0};
  if (rest.empty()) return invalid();

  double total = 0;
  while (!rest.empty()) {
    if (rest[0] != '.' && !is_digit(rest[0])) return invalid();
    const size_t before = rest.size();
    int64_t number;
    if (!take_integer(rest, number)) return invalid();
    bool digits = rest.size() != before;
    double value = static_cast<double>(number);
    if (!rest.empty() && rest[0] == '.') {
      rest.remove_prefix(1);
      const size_t dot = rest.size();
      if (!take_integer(rest, number)) return invalid();
      double scale = 1;
      for (size_t i = rest.size(); i < dot; ++i) scale *= 10;
      value += static_cast<double>(number) / scale;
      digits = digits || rest.size() != dot;
    }
    if (!digits) return invalid();

    size_t length = 0;
    while (length < rest.size() && rest[length] != '.' && !is_digit(rest[length])) ++length;
    const std::string_view unit = rest.substr(0, length);
    rest.remove_prefix(length);
    const auto bytes = unit_bytes(unit, suffix);
    if (!bytes) return Error{"units: unknown unit " + std::string(unit) + " in " + std::string(text), {}};
    total += value * *bytes;
  }
  if (negative) total = -total;
  // Go converts 2^63 itself to the lowest int64 on amd64; nobody means that.
  if (total < -0x1p63 || total > 0x1p63) return Error{"units: overflow parsing unit", {}};
  return total == 0x1p63 ? INT64_MIN : static_cast<int64_t>(total);
}

}  // namespace

Result<int64_t> parse_byte_size(std::string_view text) {
  auto size = parse_with(text, "iB");
  return size.ok() ? size : parse_with(text, "B");
}

std::string format_byte_size(int64_t bytes) {
  if (bytes == 0) return "0B";
  std::string out;
  for (size_t i = 0; bytes != 0 && i <= kPrefixes.size(); ++i, bytes /= 1024) {
    if (bytes % 1024 == 0) continue;
    std::string part = std::to_string(bytes % 1024);
    if (i > 0) part += kPrefixes[i - 1], part += 'i';
    out.insert(0, part + 'B');
  }
  return out;
}

}  // namespace invar
