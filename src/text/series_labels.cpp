#include "src/text/series_labels.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "src/base/quote.h"
#include "src/base/unicode.h"

namespace invar {
namespace {

constexpr char32_t kEof = 0xffffffff;
constexpr char32_t kRuneError = 0xfffd;

bool is_space(char32_t r) { return r == ' ' || r == '\t' || r == '\n' || r == '\r'; }
bool is_alpha(char32_t r) { return r == '_' || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z'); }
bool is_number(char32_t r) { return r >= '0' && r <= '9'; }

/// Go's %q of a rune.
std::string quoted_rune(char32_t rune) {
  std::string text;
  append_rune(text, rune);
  if (rune == '\'') return "'\\''";
  if (rune == '"') return "'\"'";
  std::string out = quoted(text);
  out.front() = out.back() = '\'';
  return out;
}

/// Go's %#U.
std::string named_rune(char32_t rune) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(rune));
  std::string out = text;
  if (!is_printable(rune)) return out;
  out += " '";
  append_rune(out, rune);
  return out + "'";
}

enum class Kind : uint8_t { kEnd, kName, kMetricName, kText, kNumber, kPunctuation, kOperator, kKeyword, kAggregator };

struct Item {
  Kind kind = Kind::kEnd;
  size_t at = 0;
  std::string_view text;
};

constexpr std::array<std::string_view, 4> kWordOperators{"and", "or", "unless", "atan2"};
constexpr std::array<std::string_view, 14> kAggregators{"sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk",
                                                        "count_values", "quantile", "limitk", "limit_ratio"};
constexpr std::array<std::string_view, 14> kKeywords{"offset", "smoothed", "anchored", "by", "without", "on", "ignoring", "group_left",
                                                     "group_right", "bool", "start", "end", "step", "range"};
/// Keywords that may not stand for a metric's name.
constexpr std::array<std::string_view, 6> kNeverNames{"on", "ignoring", "group_left", "group_right", "bool", "atan2"};

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

class Parser {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Labels> parse() {
    if (!next() || !series()) return Error{*error_, "labels"};
    return std::move(labels_);
  }

 private:
  /// Prometheus counts columns in bytes, from the last line break.
  bool fail(size_t at, const std::string& what) {
    size_t line = 1, begin = 0;
    for (size_t i = 0; i < at && i < text_.size(); ++i)
      if (text_[i] == '\n') ++line, begin = i + 1;
    if (!error_) error_ = std::to_string(line) + ":" + std::to_string(at - begin + 1) + ": parse error: " + what;
    return false;
  }

  std::string description() const {
    switch (item_.kind) {
      case Kind::kEnd: return "end of input";
      case Kind::kName: return "identifier " + quoted(item_.text);
      case Kind::kMetricName: return "metric identifier " + quoted(item_.text);
      case Kind::kText: return "string " + shortened(item_.text);
      case Kind::kNumber: return "number " + shortened(item_.text);
      case Kind::kOperator: return "<op:" + std::string(item_.text) + ">";
      case Kind::kKeyword: return "<" + std::string(item_.text) + ">";
      case Kind::kAggregator: return "<aggr:" + std::string(item_.text) + ">";
      case Kind::kPunctuation: return quoted(item_.text);
    }
    return {};
  }
  /// Go's %.10q: ten runes, and that it goes on.
  static std::string shortened(std::string_view text) {
    if (text.size() <= 10) return quoted(text);
    size_t at = 0;
    for (int runes = 0; runes < 10 && at < text.size(); ++runes) {
      size_t length = 1;
      decode_rune(text.substr(at), length);
      at += length;
    }
    return quoted(text.substr(0, at)) + "...";
  }

  bool unexpected(std::string_view context, std::string_view expected) {
    std::string what = "unexpected " + description();
    if (!context.empty()) what.append(" in ").append(context);
    if (!expected.empty()) what.append(", expected ").append(expected);
    return fail(item_.at, what);
  }

  bool is_punctuation(char c) const { return item_.kind == Kind::kPunctuation && item_.text.size() == 1 && item_.text[0] == c; }

  bool series() {
    const bool word = item_.kind == Kind::kKeyword || item_.kind == Kind::kAggregator || item_.kind == Kind::kOperator;
    const bool name = item_.kind == Kind::kName || item_.kind == Kind::kMetricName ||
                      (word && is_alpha(static_cast<unsigned char>(item_.text[0])) && !is_one_of(kNeverNames, lower(item_.text)));
    if (name) {
      labels_.emplace_back("__name__", std::string(item_.text));
      if (!next()) return false;
    }
    if (is_punctuation('{')) {
      if (!label_set()) return false;
    }
    return item_.kind == Kind::kEnd || unexpected("", "");
  }

  bool label_set() {
    inside_ = true;
    if (!next()) return false;
    while (!is_punctuation('}')) {
      if (!label()) return false;
      if (is_punctuation('}')) break;
      if (!is_punctuation(',')) return unexpected("label set", "\",\" or \"}\"");
      if (!next()) return false;
    }
    inside_ = false;
    return next();
  }

  bool label() {
    std::string name;
    const bool quoted_name = item_.kind == Kind::kText;
    if (quoted_name) {
      if (!text_of(item_, name)) return false;
    } else if (item_.kind == Kind::kName) {
      name = item_.text;
    } else {
      return unexpected("label set", "identifier or \"}\"");
    }
    if (!next()) return false;
    // A quoted text by itself is the metric's name.
    if (quoted_name && (is_punctuation(',') || is_punctuation('}'))) return labels_.emplace_back("__name__", std::move(name)), true;
    if (!is_punctuation('=')) return quoted_name ? unexpected("label set", "\",\" or \"}\"") : unexpected("label set", "\"=\"");
    if (!next()) return false;
    if (item_.kind != Kind::kText) return unexpected("label set", "string");
    std::string value;
    if (!text_of(item_, value)) return false;
    labels_.emplace_back(std::move(name), std::move(value));
    return next();
  }

  /// The scanner has checked the escapes.
  bool text_of(const Item& item, std::string& out) {
    const std::string_view body = item.text.substr(1, item.text.size() - 2);
    if (item.text.front() == '`') return out = body, true;
    for (size_t i = 0; i < body.size();) {
      if (body[i] != '\\') {
        out += body[i++];
        continue;
      }
      i += 2;
      escape(body, body[i - 1], i, out);
    }
    return true;
  }

  static void escape(std::string_view body, char c, size_t& i, std::string& out) {
    static constexpr std::string_view kNamed = "abfnrtv", kMeant = "\a\b\f\n\r\t\v";
    if (const size_t at = kNamed.find(c); at != std::string_view::npos) {
      out += kMeant[at];
      return;
    }
    const auto number = [&](size_t digits, int base) {
      const std::string text(body.substr(i, digits));
      i += digits;
      return static_cast<uint32_t>(std::strtoul(text.c_str(), nullptr, base));
    };
    if (c == 'x') {
      out += static_cast<char>(number(2, 16));
    } else if (c == 'u' || c == 'U') {
      append_rune(out, number(c == 'u' ? 4 : 8, 16));
    } else if (c >= '0' && c <= '7') {
      --i;
      out += static_cast<char>(number(3, 8));
    } else {
      out += c;
    }
  }

  // Scanning, as promql/parser/lex.go.

  char32_t rune() {
    if (pos_ >= text_.size()) return width_ = 0, kEof;
    const char32_t r = decode_rune(text_.substr(pos_), width_);
    pos_ += width_;
    return r;
  }
  void back() { pos_ -= width_; }
  char32_t peek() {
    const char32_t r = rune();
    back();
    return r;
  }
  bool emit(Kind kind) { return item_ = {kind, start_, text_.substr(start_, pos_ - start_)}, true; }

  bool next() {
    while (true) {
      start_ = pos_;
      if (text_.substr(pos_).starts_with('#')) {
        while (pos_ < text_.size() && text_[pos_] != '\n' && text_[pos_] != '\r') ++pos_;
        continue;
      }
      const char32_t r = rune();
      if (is_space(r)) continue;
      return inside_ ? inside_braces(r) : outside(r);
    }
  }

  bool inside_braces(char32_t r) {
    if (r == kEof) return fail(start_, "unexpected end of input inside braces");
    if (is_alpha(r)) {
      while (is_alpha(r) || is_number(r)) r = rune();
      back();
      return emit(Kind::kName);
    }
    switch (r) {
      case ',':
      case '}': return emit(Kind::kPunctuation);
      case '"':
      case '\'': return text_literal(r);
      case '`': return raw_literal();
      case '=':
        if (rune() == '~') return emit(Kind::kOperator);
        back();
        return emit(Kind::kPunctuation);
      case '!': {
        const char32_t after = rune();
        if (after == '~' || after == '=') return emit(Kind::kOperator);
        return fail(start_, "unexpected character after '!' inside braces: " + quoted_rune(after == kEof ? kRuneError : after));
      }
      case '{': return fail(start_, "unexpected left brace '{'");
      default: return fail(start_, "unexpected character inside braces: " + quoted_rune(r));
    }
  }

  bool outside(char32_t r) {
    if (r == kEof) return emit(Kind::kEnd);
    if (is_alpha(r) || r == ':') return word();
    if (is_number(r) || (r == '.' && is_number(peek()))) {
      while (is_number(r) || is_alpha(r) || r == '.') r = rune();
      back();
      return emit(Kind::kNumber);
    }
    switch (r) {
      case ',':
      case '(':
      case '{':
      case '[': return emit(Kind::kPunctuation);
      case ')':
      case ']': return fail(start_, std::string("unexpected right ") + (r == ')' ? "parenthesis" : "bracket") + " " + quoted_rune(r));
      case '*': case '/': case '%': case '+': case '-': case '^': case '@': return emit(Kind::kOperator);
      case '<':
      case '>':
        if (peek() == '=') rune();
        return emit(Kind::kOperator);
      case '=':
        if (peek() == '~') return fail(start_, "unexpected character after '=': '~'");
        if (peek() != '=') return emit(Kind::kPunctuation);
        rune();
        return emit(Kind::kOperator);
      case '!': {
        const char32_t after = rune();
        if (after == '=') return emit(Kind::kOperator);
        return fail(start_, "unexpected character after '!': " + quoted_rune(after == kEof ? kRuneError : after));
      }
      case '"':
      case '\'': return text_literal(r);
      case '`': return raw_literal();
      default: return fail(start_, "unexpected character: " + quoted_rune(r));
    }
  }

  bool word() {
    char32_t r = ':';
    while (is_alpha(r) || is_number(r) || r == ':') r = rune();
    back();
    const std::string_view text = text_.substr(start_, pos_ - start_);
    const std::string small = lower(text);
    if (small == "inf" || small == "nan") return emit(Kind::kNumber);
    if (is_one_of(kWordOperators, small)) return emit(Kind::kOperator);
    if (is_one_of(kAggregators, small)) return emit(Kind::kAggregator);
    if (is_one_of(kKeywords, small)) return emit(Kind::kKeyword);
    return emit(text.find(':') == std::string_view::npos ? Kind::kName : Kind::kMetricName);
  }

  bool text_literal(char32_t quote) {
    while (true) {
      const char32_t r = rune();
      if (r == quote) return emit(Kind::kText);
      if (r == kRuneError) return fail(start_, "invalid UTF-8 rune");
      if (r == kEof || r == '\n') return fail(start_, "unterminated quoted string");
      if (r == '\\' && !check_escape(quote)) return false;
    }
  }

  bool raw_literal() {
    while (true) {
      const char32_t r = rune();
      if (r == '`') return emit(Kind::kText);
      if (r == kRuneError) return fail(start_, "invalid UTF-8 rune");
      if (r == kEof) return fail(start_, "unterminated raw string");
    }
  }

  bool check_escape(char32_t quote) {
    char32_t c = rune();
    if (c == quote || (c < 128 && c != 0 && std::string_view("abfnrtv\\").find(static_cast<char>(c)) != std::string_view::npos)) return true;
    int digits = 0;
    uint32_t base = 16, most = 0x10ffff;
    if (c >= '0' && c <= '7') {
      digits = 3, base = 8, most = 255;
    } else if (c == 'x' || c == 'u' || c == 'U') {
      digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
      if (c == 'x') most = 255;
      c = rune();
    } else if (c == kEof) {
      return fail(start_, "escape sequence not terminated");
    } else {
      return fail(start_, "unknown escape sequence " + named_rune(c));
    }
    uint32_t value = 0;
    for (; digits > 0; --digits) {
      const uint32_t digit = is_number(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
      if (digit >= base)
        return fail(start_, c == kEof ? "escape sequence not terminated" : "illegal character " + named_rune(c) + " in escape sequence");
      value = value * base + digit;
      if (digits > 1) c = rune();
    }
    if (value > most || (value >= 0xd800 && value < 0xe000)) return fail(start_, "escape sequence is an invalid Unicode code point");
    return true;
  }

  const std::string_view text_;
  size_t pos_ = 0, start_ = 0, width_ = 0;
  bool inside_ = false;
  Item item_;
  Labels labels_;
  std::optional<std::string> error_;
};

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> parse_series_labels(std::string_view text) { return Parser(text).parse(); }

}  // namespace invar
