#include "src/text/json_mend.h"

#include <vector>

#include "src/base/quote.h"
#include "src/text/json.h"
#include "src/text/number.h"

namespace invar::json {
namespace {

constexpr size_t kMaxDepth = 10000;

bool is_surrogate(char32_t rune) { return rune >= 0xD800 && rune < 0xE000; }

char32_t combine(char32_t high, char32_t low) {
  if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000) return ((high - 0xD800) << 10 | (low - 0xDC00)) + 0x10000;
  return 0xFFFD;
}

class Mender {
 public:
  Mender(std::string_view text, Dialect dialect, std::string& out) : rest_(text), dialect_(dialect), out_(out) {}

  bool run(bool keep_bytes) {
    keep_bytes_ = keep_bytes;
    skip_blanks();
    if (iterator() && (rest_.empty() || (rest_[0] != '{' && rest_[0] != 'n'))) return false;
    if (!read_document()) return false;
    skip_blanks();
    // json-iterator takes a NUL for the end.
    return rest_.empty() || (iterator() && rest_[0] == '\0');
  }

  bool holds_bytes() const { return holds_bytes_; }
  bool has_byte_runes() const { return has_byte_runes_; }

 private:
  bool iterator() const { return dialect_ == Dialect::kIterator; }

  void skip_blanks() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n' || rest_[0] == '\r')) rest_.remove_prefix(1);
  }
  char next_token() {
    skip_blanks();
    return rest_.empty() ? '\0' : rest_[0];
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool copy(std::string_view word) {
    out_ += word;
    return take(word);
  }

  // Values one after the other; the open containers are a stack of their closing brackets.
  bool read_document() {
    for (;;) {
      const char token = next_token();
      bool opened = false;
      if (token == '{' || token == '[') {
        open_ += token == '{' ? '}' : ']';
        if (open_.size() > kMaxDepth) return false;
        out_ += token;
        rest_.remove_prefix(1);
        opened = true;
      } else if (!read_scalar(token)) {
        return false;
      }
      // Behind a value or an opening bracket: close what ends here, go on to the next value.
      for (;;) {
        if (open_.empty()) return true;
        const char follows = next_token();
        if (follows == open_.back()) {
          out_ += follows;
          rest_.remove_prefix(1);
          open_.pop_back();
          opened = false;
          continue;
        }
        if (!opened) {
          if (follows != ',') return false;
          out_ += ',';
          rest_.remove_prefix(1);
        }
        if (open_.back() == '}' && !read_key(opened)) return false;
        break;
      }
    }
  }

  bool read_key(bool first) {
    const char token = next_token();
    // json-iterator also takes null for the key "", but not as first key of an inner object.
    if (token == 'n' && iterator() && !(first && open_.size() > 1)) {
      out_ += "\"\"";
      if (!take("null")) return false;
    } else if (token != '"' || !read_string()) {
      return false;
    }
    if (next_token() != ':') return false;
    out_ += ':';
    rest_.remove_prefix(1);
    return true;
  }

  bool read_scalar(char token) {
    switch (token) {
      case '"': return read_string();
      case 't': return copy("true");
      case 'f': return copy("false");
      case 'n': return copy("null");
      default: return read_number();
    }
  }

  bool read_number() {
    const size_t end = rest_.find_first_not_of("+-.eE0123456789");
    const std::string_view written = rest_.substr(0, end);
    if (written.empty() || written[0] == '+' || written[0] == '.' || written[0] == 'e' || written[0] == 'E') return false;
    std::string_view body = written;
    const bool negative = body[0] == '-';
    if (negative) body.remove_prefix(1);
    if (!(iterator() ? iterator_accepts(body) : standard_accepts(body))) return false;
    rest_.remove_prefix(written.size());
    if (dialect_ == Dialect::kStandardTexts) {
      out_ += '0';
      return true;
    }
    const auto value = to_float(body);
    if (!value) return false;
    // A form that simdjson reads as the same double, be it -0 or a huge integer.
    const size_t begin = out_.size();
    append_number(out_, negative ? -*value : *value);
    if (out_.find_first_of(".e", begin) == std::string::npos) out_ += ".0";
    return true;
  }

  // What its own checks let through; the rest is up to ParseFloat.
  static bool iterator_accepts(std::string_view body) {
    if (body.empty() || body[0] == '-' || body[0] == '.') return false;
    const auto digit = [&](size_t i) { return i < body.size() && body[i] >= '0' && body[i] <= '9'; };
    if (body[0] == '0' && digit(1)) return false;
    const size_t dot = body.find('.');
    return dot == std::string_view::npos || digit(dot + 1);
  }

  static bool standard_accepts(std::string_view body) {
    size_t i = 0;
    const auto digits = [&] {
      const size_t begin = i;
      while (i < body.size() && body[i] >= '0' && body[i] <= '9') ++i;
      return i - begin;
    };
    const bool zero = !body.empty() && body[0] == '0';
    const size_t whole = digits();
    if (whole == 0 || (zero && whole > 1)) return false;
    if (i < body.size() && body[i] == '.') {
      ++i;
      if (digits() == 0) return false;
    }
    if (i < body.size() && (body[i] == 'e' || body[i] == 'E')) {
      ++i;
      if (i < body.size() && (body[i] == '+' || body[i] == '-')) ++i;
      if (digits() == 0) return false;
    }
    return i == body.size();
  }

  bool read_string() {
    rest_.remove_prefix(1);
    out_ += '"';
    bool escaped = false;
    while (!rest_.empty()) {
      const auto byte = static_cast<unsigned char>(rest_[0]);
      if (byte == '"') {
        rest_.remove_prefix(1);
        out_ += '"';
        return true;
      }
      if (byte == '\\') {
        escaped = true;
        rest_.remove_prefix(1);
        if (!read_escape()) return false;
      } else if (byte < 0x80) {
        // json-iterator checks for control characters only up to the first escape.
        if (byte < ' ' && !(iterator() && escaped)) return false;
        put(byte);
        rest_.remove_prefix(1);
      } else {
        read_wide();
      }
    }
    return false;
  }

  void read_wide() {
    size_t length;
    const char32_t rune = decode_rune(rest_, length);
    if (rune == 0xFFFD && length == 1) {
      if (iterator() && keep_bytes_) {
        append_rune(out_, kByteRunes + static_cast<unsigned char>(rest_[0]));
        holds_bytes_ = true;
      } else {
        append_rune(out_, 0xFFFD);
      }
    } else {
      put(rune);
    }
    rest_.remove_prefix(length);
  }

  void put(char32_t rune) {
    if (is_surrogate(rune)) rune = 0xFFFD;
    if (rune >= kByteRunes) has_byte_runes_ = true;
    if (rune < ' ') {
      static constexpr char kHex[] = "0123456789abcdef";
      out_ += "\\u00";
      out_ += kHex[rune >> 4];
      out_ += kHex[rune & 15];
    } else {
      if (rune == '"' || rune == '\\') out_ += '\\';
      append_rune(out_, rune);
    }
  }

  bool read_escape() {
    if (rest_.empty()) return false;
    const char letter = rest_[0];
    rest_.remove_prefix(1);
    switch (letter) {
      case '"':
      case '\\':
      case '/': put(static_cast<unsigned char>(letter)); return true;
      case 'b': put('\b'); return true;
      case 'f': put('\f'); return true;
      case 'n': put('\n'); return true;
      case 'r': put('\r'); return true;
      case 't': put('\t'); return true;
      case 'u': break;
      default: return false;
    }
    char32_t rune;
    if (!read_hex(rune)) return false;
    if (!is_surrogate(rune) || !rest_.starts_with("\\u")) {
      put(rune);
      return true;
    }
    std::string_view before = rest_;
    rest_.remove_prefix(2);
    char32_t second;
    if (!read_hex(second)) return false;
    const char32_t both = combine(rune, second);
    if (both != 0xFFFD) {
      put(both);
    } else if (iterator()) {
      put(rune);
      put(second);
    } else {
      // encoding/json looks at the second escape again: it may begin a pair of its own.
      put(rune);
      rest_ = before;
    }
    return true;
  }

  bool read_hex(char32_t& rune) {
    if (rest_.size() < 4) return false;
    rune = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = rest_[static_cast<size_t>(i)];
      const char lower = static_cast<char>(c | 0x20);
      if (c >= '0' && c <= '9')
        rune = rune * 16 + static_cast<char32_t>(c - '0');
      else if (lower >= 'a' && lower <= 'f')
        rune = rune * 16 + static_cast<char32_t>(lower - 'a' + 10);
      else
        return false;
    }
    rest_.remove_prefix(4);
    return true;
  }

  std::string_view rest_;
  Dialect dialect_;
  std::string& out_;
  std::string open_;
  bool keep_bytes_ = false;
  bool holds_bytes_ = false;
  bool has_byte_runes_ = false;
};

}  // namespace

bool mend(std::string_view text, Dialect dialect, std::string& out, bool& holds_bytes) {
  out.clear();
  Mender mender(text, dialect, out);
  if (!mender.run(true)) return false;
  holds_bytes = mender.holds_bytes();
  if (!holds_bytes || !mender.has_byte_runes()) return true;
  out.clear();
  holds_bytes = false;
  return Mender(text, dialect, out).run(false);
}

}  // namespace invar::json
