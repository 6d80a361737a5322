#include <charconv>
#include <cmath>

#include "src/base/quote.h"
#include "src/text/json.h"

namespace invar::json {

namespace {

void append_escape(std::string& out, uint32_t code) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[code >> shift & 15];
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case '<':
    case '>':
    case '&': return append_escape(out, static_cast<uint8_t>(c));
    default:
      if (static_cast<uint8_t>(c) < 0x20) append_escape(out, static_cast<uint8_t>(c));
      else out += c;
  }
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    if (static_cast<uint8_t>(text[0]) < 0x80) {
      append_ascii(out, text[0]);
      text.remove_prefix(1);
      continue;
    }
    size_t length;
    const char32_t rune = decode_rune(text, length);
    if ((rune == 0xFFFD && length == 1) || rune == 0x2028 || rune == 0x2029) append_escape(out, rune);
    else out += text.substr(0, length);
    text.remove_prefix(length);
  }
  out += '"';
}

void append_number(std::string& out, double number) {
  char buffer[64];
  const double size = std::fabs(number);
  if (size != 0 && (size < 1e-6 || size >= 1e21)) {
    char* end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
    // 1e-07 becomes 1e-7; exponents with a plus keep their two digits.
    if (end[-4] == 'e' && end[-3] == '-' && end[-2] == '0') {
      end[-2] = end[-1];
      --end;
    }
    out.append(buffer, end);
    return;
  }
  out += format_float(number);
}

}  // namespace invar::json
