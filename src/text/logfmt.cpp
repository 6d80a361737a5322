#include "src/text/logfmt.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "src/base/quote.h"
#include "src/text/literal_search.h"

namespace invar::logfmt {
namespace {

/// bufio.MaxScanTokenSize: a line with that many bytes is an error.
constexpr size_t kLongestLine = 64 * 1024;

constexpr char32_t kBroken = 0xFFFD;

enum : uint8_t { kEndsKey = 1, kEndsValue = 2, kHigh = 4 };
constexpr std::array<uint8_t, 256> kClass = [] {
  std::array<uint8_t, 256> table{};
  for (int c = 0; c <= ' '; ++c) table[static_cast<size_t>(c)] = kEndsKey | kEndsValue;
  table['='] = table['"'] = kEndsKey | kEndsValue;
  for (size_t c = 0x80; c < 256; ++c) table[c] = kHigh;
  return table;
}();
uint8_t class_of(char c) { return kClass[static_cast<unsigned char>(c)]; }
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

/// Has it a broken byte, or U+FFFD itself?
bool has_replacement(std::string_view text) {
  while (!text.empty()) {
    size_t length = 1;
    if (static_cast<unsigned char>(text.front()) >= 0x80 && decode_rune(text, length) == kBroken) return true;
    text.remove_prefix(length);
  }
  return false;
}

/// The code unit of `\uXXXX` at the front; false when there is none.
bool code_unit(std::string_view text, char32_t& unit) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return false;
  unit = 0;
  for (const char c : text.substr(2, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9')
      unit = unit * 16 + static_cast<char32_t>(c - '0');
    else if (lower >= 'a' && lower <= 'f')
      unit = unit * 16 + static_cast<char32_t>(lower - 'a' + 10);
    else
      return false;
  }
  return true;
}

/// `text` begins with a backslash: appends what it stands for and removes it.
bool take_escape(std::string_view& text, std::string& out) {
  if (text.size() < 2) return false;
  switch (text[1]) {
    case '"':
    case '\\':
    case '/':
    case '\'': out += text[1]; break;
    case 'b': out += '\b'; break;
    case 'f': out += '\f'; break;
    case 'n': out += '\n'; break;
    case 'r': out += '\r'; break;
    case 't': out += '\t'; break;
    case 'u': {
      char32_t unit, low;
      if (!code_unit(text, unit)) return false;
      text.remove_prefix(6);
      if (unit < 0xD800 || unit > 0xDFFF) {
        append_rune(out, unit);
      } else if (unit < 0xDC00 && code_unit(text, low) && low >= 0xDC00 && low <= 0xDFFF) {
        append_rune(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        text.remove_prefix(6);
      } else {
        append_rune(out, kBroken);
      }
      return true;
    }
    default: return false;
  }
  text.remove_prefix(2);
  return true;
}

}  // namespace

bool unescape(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c == '\\') {
      if (!take_escape(text, out)) return false;
      continue;
    }
    if (c == '"' || c < ' ') return false;
    size_t length = 1;
    if (c < 0x80)
      out += text.front();
    else
      append_rune(out, decode_rune(text, length));
    text.remove_prefix(length);
  }
  return true;
}

void Reader::begin(std::string_view text) {
  at_ = text.data();
  end_ = at_ + text.size();
  failed_ = cut_ = false;
  if (text.size() < kLongestLine) return;
  for (const char* line = at_; line < end_;) {
    const char* const stop = find_byte(line, end_, '\n');
    if (stop - line >= static_cast<std::ptrdiff_t>(kLongestLine)) {
      end_ = line;
      cut_ = true;
      return;
    }
    line = stop + 1;
  }
}

bool Reader::fail() {
  at_ = end_;
  failed_ = true;
  return false;
}

// The ends of lines are blanks like others, but for quoted values: these end with their line.
bool Reader::next() {
  while (at_ < end_ && is_blank(*at_)) ++at_;
  if (at_ == end_) {
    failed_ |= cut_;
    return false;
  }
  value_ = {};
  buffered_ = false;
  return read_key();
}

bool Reader::read_key() {
  const char* const begin = at_;
  uint8_t seen = 0;
  while (at_ < end_ && !(class_of(*at_) & kEndsKey)) seen |= class_of(*at_++);
  if (at_ < end_ && *at_ == '"') return fail();
  key_ = {begin, static_cast<size_t>(at_ - begin)};
  if ((seen & kHigh) && has_replacement(key_)) return fail();
  if (at_ == end_ || *at_ != '=') return true;
  if (key_.empty()) return fail();
  ++at_;
  return read_value();
}

bool Reader::read_value() {
  if (at_ < end_ && *at_ == '"') return read_quoted();
  const char* const begin = at_;
  while (at_ < end_ && !(class_of(*at_) & kEndsValue)) ++at_;
  if (at_ < end_ && !is_blank(*at_)) return fail();
  value_ = {begin, static_cast<size_t>(at_ - begin)};
  return true;
}

bool Reader::read_quoted() {
  const char* const begin = ++at_;
  const char* quote = find_byte(begin, end_, '"');
  const bool escapes = find_byte(begin, quote, '\\') != quote;
  if (escapes)
    for (quote = begin; quote < end_ && *quote != '"'; ++quote)
      if (*quote == '\\' && ++quote == end_) return fail();
  if (quote == end_ || find_byte(begin, quote, '\n') != quote) return fail();
  at_ = quote + 1;
  value_ = {begin, static_cast<size_t>(quote - begin)};
  if (!escapes) return true;
  buffer_.clear();
  if (!unescape(value_, buffer_)) return fail();
  value_ = buffer_;
  buffered_ = true;
  return true;
}

}  // namespace invar::logfmt
