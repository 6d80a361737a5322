#include "src/text/ottl/like_pattern.h"

#include "src/base/quote.h"

namespace invar::ottl {
namespace {

/// Goes through a pattern as gobwas' lexer and parser do together: most texts are patterns, only character classes can be wrong.
class PatternReader {
 public:
  explicit PatternReader(std::string_view pattern) : rest_(pattern) {}

  std::optional<std::string> error() {
    bool escaped = false;
    while (const char32_t rune = next()) {
      if (escaped) escaped = false;
      else if (rune == '\\') escaped = true;
      else if (rune == '[' && !range()) return error_;
    }
    return error_;
  }

 private:
  /// 0 at the end.
  char32_t next() {
    if (rest_.empty() || error_) return 0;
    size_t length;
    const char32_t rune = decode_rune(rest_, length);
    // U+FFFD cannot be told from what is no UTF-8.
    if (rune == 0xFFFD) return fail("could not read rune"), 0;
    rest_.remove_prefix(length);
    return rune;
  }

  bool fail(std::string why) {
    if (!error_) error_ = std::move(why);
    return false;
  }

  /// Behind `[`: `!` or nothing, then `a-z`, or characters of which `\` escapes any.
  bool range() {
    char32_t first = next();
    if (first == '!') first = next();
    if (first == 0) return fail("unexpected end of input");
    if (rest_.starts_with('-')) return bounds(first);
    return characters(first);
  }

  bool bounds(char32_t low) {
    next();
    const char32_t high = next();
    const char32_t close = high == 0 ? 0 : next();
    if (close == 0) return fail("unexpected end of input");
    if (close != ']') return fail("expected close range character");
    return low <= high || fail("hi character '" + text_of(high) + "' should be greater than lo '" + text_of(low) + "'");
  }

  bool characters(char32_t first) {
    bool escaped = false, any = false;
    for (char32_t rune = first; rune != 0; rune = next()) {
      if (!escaped && rune == '\\') {
        escaped = true;
        continue;
      }
      if (!escaped && rune == ']') return any || fail("could not parse range");
      escaped = false;
      any = true;
    }
    return fail("unexpected end of input");
  }

  static std::string text_of(char32_t rune) {
    std::string text;
    append_rune(text, rune);
    return text;
  }

  std::string_view rest_;
  std::optional<std::string> error_;
};

}  // namespace

std::optional<std::string> like_pattern_error(std::string_view pattern) { return PatternReader(pattern).error(); }

}  // namespace invar::ottl
