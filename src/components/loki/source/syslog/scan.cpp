#include "src/components/loki/source/syslog/scan.h"

namespace invar::loki_source_syslog {

bool Scan::take_utf8() {
  const auto byte = [this] { return static_cast<unsigned char>(bytes_[at_]); };
  const unsigned char first = byte();
  if (first < 0x80) return skip(), true;
  if (first < 0xC2 || first > 0xF4) return false;
  skip();
  const int further = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  // The second byte of some is narrower: no overlong forms, no surrogates, nothing beyond U+10FFFF.
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  for (int i = 0; i < further; ++i) {
    if (ended() || byte() < (i == 0 ? low : 0x80) || byte() > (i == 0 ? high : 0xBF)) return false;
    skip();
  }
  return true;
}

uint64_t number(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) value = value * 10 + static_cast<uint64_t>(c - '0');
  return value;
}

bool explain(std::string_view what, size_t column, std::string& why) {
  why = what;
  why += " [col ";
  why += std::to_string(column);
  why += ']';
  return false;
}

bool read_priority(Scan& scan, Message& out, std::string& why) {
  constexpr std::string_view kBrackets = "expecting a priority value within angle brackets";
  constexpr std::string_view kRange = "expecting a priority value in the range 1-191 or equal to 0";
  if (!scan.take('<')) return explain(kBrackets, scan.at(), why);
  const size_t from = scan.at();
  if (!scan.take('0')) {
    if (scan.take('1')) {
      // 1, 10 to 191
      if (scan.take('9')) scan.take_between('0', '1');
      else if (scan.take_between('0', '8')) scan.take_digit();
    } else if (scan.take_between('2', '9')) {
      scan.take_digit();
    } else {
      return explain(kRange, scan.at(), why);
    }
  }
  out.priority = static_cast<uint8_t>(number(scan.since(from)));
  return scan.take('>') || explain(kRange, scan.at(), why);
}

namespace {

bool take_sixty(Scan& scan) { return scan.take_between('0', '5') && scan.take_digit(); }
bool take_hour(Scan& scan) {
  if (scan.take('2')) return scan.take_between('0', '3');
  return scan.take_between('0', '1') && scan.take_digit();
}

}  // namespace

bool take_date(Scan& scan) {
  for (int i = 0; i < 4; ++i)
    if (!scan.take_digit()) return false;
  if (!scan.take('-')) return false;
  const bool month = scan.take('0') ? scan.take_between('1', '9') : scan.take('1') && scan.take_between('0', '2');
  if (!month || !scan.take('-')) return false;
  if (scan.take('0')) return scan.take_between('1', '9');
  if (scan.take('3')) return scan.take_between('0', '1');
  return scan.take_between('1', '2') && scan.take_digit();
}

bool take_clock(Scan& scan) { return take_hour(scan) && scan.take(':') && take_sixty(scan) && scan.take(':') && take_sixty(scan); }

bool take_fraction(Scan& scan) {
  if (!scan.take('.')) return true;
  if (!scan.take_digit()) return false;
  for (int i = 1; i < 6; ++i)
    if (!scan.take_digit()) break;
  return true;
}

bool take_offset(Scan& scan) {
  if (scan.take('Z')) return true;
  return (scan.take('+') || scan.take('-')) && take_hour(scan) && scan.take(':') && take_sixty(scan);
}

}  // namespace invar::loki_source_syslog
