#include "src/text/ip_literal.h"

#include "src/base/quote.h"

namespace invar {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_decimal(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Errors quote the whole text and, if given, the place where reading stopped.
class Reader {
 public:
  explicit Reader(std::string_view whole) : whole_(whole) {}

  Error refuse(std::string_view why, std::string_view at = {}) const {
    std::string what = "ParseAddr(" + quoted(whole_) + "): ";
    what += why;
    if (!at.empty()) what += " (at " + quoted(at) + ")";
    return {std::move(what), {}};
  }

  Result<void> read_v4(std::string_view text) const;
  Result<void> read_v6() const;

 private:
  Result<size_t> group_length(std::string_view rest) const;

  std::string_view whole_;
};

Result<void> Reader::read_v4(std::string_view text) const {
  int value = 0, digits = 0, dots = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_decimal(text[i])) {
      if (digits == 1 && value == 0) return refuse("IPv4 field has octet with leading zero");
      value = value * 10 + (text[i] - '0');
      ++digits;
      if (value > 255) return refuse("IPv4 field has value >255");
    } else if (text[i] == '.') {
      if (i == 0 || i + 1 == text.size() || text[i - 1] == '.')
        return refuse("IPv4 field must have at least one digit", text.substr(i));
      if (dots == 3) return refuse("IPv4 address too long");
      ++dots;
      value = digits = 0;
    } else {
      return refuse("unexpected character", text.substr(i));
    }
  }
  if (dots < 3) return refuse("IPv4 address too short");
  return {};
}

// How many hex digits stand at the front of `rest`.
Result<size_t> Reader::group_length(std::string_view rest) const {
  size_t length = 0;
  for (; length < rest.size() && hex_value(rest[length]) >= 0; ++length)
    if (length > 3) return refuse("each group must have 4 or less digits", rest);
  if (length == 0) return refuse("each colon-separated field must have at least one digit", rest);
  return length;
}

Result<void> Reader::read_v6() const {
  std::string_view rest = whole_;
  if (const size_t percent = rest.find('%'); percent != std::string_view::npos) {
    if (percent + 1 == rest.size()) return refuse("zone must be a non-empty string");
    rest = rest.substr(0, percent);
  }
  bool gap = false;  // seen ::
  if (rest.starts_with("::")) {
    gap = true;
    rest.remove_prefix(2);
    if (rest.empty()) return {};
  }

  int bytes = 0;
  while (bytes < 16) {
    const auto length = group_length(rest);
    if (!length) return length.error();
    if (*length < rest.size() && rest[*length] == '.') {
      if (!gap && bytes != 12)
        return refuse("embedded IPv4 address must replace the final 2 fields of the address", rest);
      if (bytes + 4 > 16)
        return refuse("too many hex fields to fit an embedded IPv4 at the end of the address", rest);
      if (auto v4 = read_v4(rest); !v4) return v4;
      rest = {};
      bytes += 4;
      break;
    }
    bytes += 2;
    rest.remove_prefix(*length);
    if (rest.empty()) break;
    if (rest[0] != ':') return refuse("unexpected character, want colon", rest);
    if (rest.size() == 1) return refuse("colon must be followed by more characters", rest);
    rest.remove_prefix(1);
    if (rest[0] == ':') {
      if (gap) return refuse("multiple :: in address", rest);
      gap = true;
      rest.remove_prefix(1);
      if (rest.empty()) break;
    }
  }
  if (!rest.empty()) return refuse("trailing garbage after address", rest);
  if (bytes < 16 && !gap) return refuse("address string too short");
  if (bytes == 16 && gap) return refuse("the :: must expand to at least one field of zeros");
  return {};
}

}  // namespace

Result<IpFamily> read_ip_literal(std::string_view text) {
  const Reader reader(text);
  const size_t mark = text.find_first_of(".:%");
  if (mark == std::string_view::npos) return reader.refuse("unable to parse IP");
  if (text[mark] == '%') return reader.refuse("missing IPv6 address");
  const bool v4 = text[mark] == '.';
  if (auto read = v4 ? reader.read_v4(text) : reader.read_v6(); !read) return read.error();
  return v4 ? IpFamily::kV4 : IpFamily::kV6;
}

}  // namespace invar
