#include "src/base/quote.h"
#include "src/text/json.h"

namespace invar::json {
namespace {

constexpr int kMaxDepth = 10'000;  // Go's own

/// Go prints the offending byte as a character (encoding/json quoteChar).
std::string quoted_byte(char c) {
  if (c == '\'') return R"('\'')";
  if (c == '"') return R"('"')";
  std::string rune;
  append_rune(rune, static_cast<uint8_t>(c));
  const std::string text = quoted(rune);
  return "'" + text.substr(1, text.size() - 2) + "'";
}

/// Reads a text as Go's encoding/json checks it, for the words of its error.
class Check {
 public:
  explicit Check(std::string_view text) : text_(text) {}
  std::string run() {
    if (value() && (blanks(), at_ < text_.size())) refuse("after top-level value");
    return std::move(error_);
  }

 private:
  void blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool refuse(std::string_view context) {
    // Go ends a text with a blank of its own: where none may stand, that is what it complains about.
    const bool inside = context.starts_with("in ") || context.starts_with("after decimal");
    if (at_ >= text_.size() && !inside) return error_ = "unexpected end of JSON input", false;
    error_ = "invalid character " + quoted_byte(at_ < text_.size() ? text_[at_] : ' ') + " " + std::string(context);
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) { return at_ < text_.size() && text_[at_] == c ? (++at_, true) : false; }

  bool value() {
    blanks();
    switch (peek()) {
      case '{': return nested('}', [this] { return member(); }, "after object key:value pair");
      case '[': return nested(']', [this] { return value(); }, "after array element");
      case '"': return string();
      case 't': return literal("true");
      case 'f': return literal("false");
      case 'n': return literal("null");
      default: break;
    }
    return peek() == '-' || is_digit(peek()) ? number() : refuse("looking for beginning of value");
  }

  template <class Item>
  bool nested(char close, Item item, std::string_view after) {
    if (++depth_ > kMaxDepth) return error_ = "exceeded max depth", false;
    ++at_;
    blanks();
    if (!take(close)) {
      for (;;) {
        if (!item()) return false;
        blanks();
        if (take(close)) break;
        if (!take(',')) return refuse(after);
      }
    }
    --depth_;
    return true;
  }
  bool member() {
    blanks();
    if (peek() != '"') return refuse("looking for beginning of object key string");
    if (!string()) return false;
    blanks();
    return take(':') ? value() : refuse("after object key");
  }
  bool literal(std::string_view word) {
    for (size_t i = 0; i < word.size(); ++i)
      if (!take(word[i])) return refuse("in literal " + std::string(word) + " (expecting " + quoted_byte(word[i]) + ")");
    return true;
  }
  bool string() {
    ++at_;
    for (; at_ < text_.size(); ++at_) {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '"') return ++at_, true;
      if (c < 0x20) return refuse("in string literal");
      if (c == '\\' && !escape()) return false;
    }
    return refuse("");
  }
  /// Leaves `at_` on the last character of the escape.
  bool escape() {
    ++at_;
    if (peek() != 'u') return at_ < text_.size() && std::string_view("bfnrt\\/\"").find(text_[at_]) != std::string_view::npos ? true : refuse("in string escape code");
    for (int i = 0; i < 4; ++i) {
      ++at_;
      if (std::string_view("0123456789abcdefABCDEF").find(peek()) == std::string_view::npos || at_ >= text_.size())
        return refuse("in \\u hexadecimal character escape");
    }
    return true;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  bool digits(std::string_view context) {
    if (!is_digit(peek())) return refuse(context);
    while (is_digit(peek())) ++at_;
    return true;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits("in numeric literal")) return false;
    if (take('.') && !digits("after decimal point in numeric literal")) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits("in exponent of numeric literal");
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  std::string error_;
};

}  // namespace

std::string syntax_error(std::string_view text) { return Check(text).run(); }

}  // namespace invar::json
