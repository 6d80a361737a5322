#include <algorithm>
#include <optional>
#include <string>

#include "src/base/quote.h"
#include "src/text/yaml_stream.h"

namespace invar::yaml {
namespace {

/// Puts a scalar together again as libyaml's scanner does (same order of steps), noting where each byte comes from.
class Retracing {
 public:
  Retracing(std::string_view text, const Placed& scalar) : text_(text.substr(0, scalar.end)), scalar_(scalar), at_(std::min(scalar.begin, scalar.end)) {}

  /// nullopt when what comes out is not the scalar's text.
  std::optional<std::vector<Stretch>> trace() {
    switch (scalar_.style) {
      case Style::kPlain: flow_lines('\0'); break;
      case Style::kSingleQuoted: flow_lines('\''); break;
      case Style::kDoubleQuoted: flow_lines('"'); break;
      case Style::kLiteral:
      case Style::kFolded: block(); break;
    }
    if (decoded_ != scalar_.text) return std::nullopt;
    return std::move(stretches_);
  }

 private:
  struct Break {
    uint32_t from = 0, to = 0;
    std::string_view decoded;  // empty: there is none
    explicit operator bool() const { return !decoded.empty(); }
  };

  bool at_end() const { return at_ >= text_.size(); }
  char current() const { return at_end() ? '\0' : text_[at_]; }
  /// Not beyond the end: a scalar may be cut off by its document's.
  void skip(uint32_t bytes) { at_ = std::min(at_ + bytes, static_cast<uint32_t>(text_.size())); }
  bool is_blank() const { return current() == ' ' || current() == '\t'; }
  /// Bytes of the line break here; 0 when there is none.
  uint32_t break_size() const {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("\r\n")) return 2;
    if (rest.starts_with('\n') || rest.starts_with('\r')) return 1;
    if (rest.starts_with("\xc2\x85")) return 2;
    return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9") ? 3 : 0;
  }
  Break take_break() {
    const uint32_t size = break_size(), from = at_;
    at_ += size;
    return {from, at_, size == 3 ? text_.substr(from, 3) : std::string_view("\n")};
  }

  void put(uint32_t from, uint32_t to, std::string_view decoded) {
    if (decoded.empty()) return;
    const bool verbatim = text_.substr(from, to - from) == decoded;
    const auto begin = static_cast<uint32_t>(decoded_.size());
    decoded_ += decoded;
    const auto end = static_cast<uint32_t>(decoded_.size());
    if (verbatim && !stretches_.empty() && stretches_.back().verbatim && stretches_.back().to == from) {
      stretches_.back().end = end;
      stretches_.back().to = to;
      return;
    }
    stretches_.push_back({begin, end, from, to, verbatim});
  }
  void put_here(uint32_t size) {
    put(at_, at_ + size, text_.substr(at_, size));
    at_ += size;
  }
  void put(const Break& line_break) { put(line_break.from, line_break.to, line_break.decoded); }
  void put(const std::vector<Break>& breaks) {
    for (const Break& line_break : breaks) put(line_break);
  }

  // Plain and quoted.

  void flow_lines(char quote) {
    if (quote) skip(1);
    while (!at_end()) {
      bool escaped_break = false;
      while (!at_end() && !is_blank() && !break_size() && !escaped_break) {
        if (quote && current() == quote) {
          if (quote == '"' || !text_.substr(at_).starts_with("''")) return;
          put(at_, at_ + 2, "'");
          skip(2);
        } else if (quote == '"' && current() == '\\') {
          escaped_break = escape();
        } else {
          put_here(1);
        }
      }
      fold(escaped_break);
    }
  }

  /// Blanks and line breaks between two words.
  void fold(bool after_break) {
    const uint32_t blanks_from = at_;
    uint32_t blanks_to = at_;
    Break first;
    std::vector<Break> more;
    while (!at_end() && (is_blank() || break_size())) {
      if (is_blank()) {
        ++at_;
        if (!after_break) blanks_to = at_;
      } else if (after_break) {
        more.push_back(take_break());
      } else {
        first = take_break();
        after_break = true;
      }
    }
    if (!after_break) return put(blanks_from, blanks_to, text_.substr(blanks_from, blanks_to - blanks_from));
    if (first && first.decoded != "\n") put(first);
    if (first && first.decoded == "\n" && more.empty()) put(blanks_from, at_, " ");
    put(more);
  }

  /// True: it was a line break that is no part of the text.
  bool escape() {
    const uint32_t from = at_;
    skip(1);
    if (const uint32_t size = break_size()) {
      skip(size);
      return true;
    }
    const char kind = current();
    skip(1);
    if (const size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0) {
      char32_t rune = 0;
      for (size_t i = 0; i < digits && !at_end(); ++i, ++at_) {
        const char digit = current();
        rune = rune * 16 + static_cast<char32_t>(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
      }
      std::string decoded;
      append_rune(decoded, rune);
      put(from, at_, decoded);
      return false;
    }
    static constexpr std::string_view kLetters = "0abtnvfre \"/\\NL_P";
    static constexpr std::string_view kDecoded[] = {{"\0", 1}, "\a", "\b", "\t", "\n", "\v", "\f", "\r", "\x1b", " ", "\"", "/", "\\", "\xc2\x85", "\xe2\x80\xa8", "\xc2\xa0", "\xe2\x80\xa9"};
    const size_t letter = kLetters.find(kind);
    put(from, at_, kind == '\t' ? "\t" : letter == std::string_view::npos ? std::string_view() : kDecoded[letter]);
    return false;
  }

  // Literal and folded.

  void block() {
    skip(1);
    char chomping = '\0';
    bool indented = false;
    for (; current() == '+' || current() == '-' || (current() >= '1' && current() <= '9'); ++at_) {
      if (current() == '+' || current() == '-') chomping = current();
      else indented = true;
    }
    while (!at_end() && !break_size()) ++at_;
    if (break_size()) take_break();
    indent_ = indented ? told_indent() : 0;
    std::vector<Break> trailing = breaks();
    Break leading;
    bool leading_blank = false;
    while (!at_end() && column_ == indent_) {
      const bool blank = is_blank();
      if (scalar_.style == Style::kFolded && leading && leading.decoded == "\n" && !leading_blank && !blank) {
        if (trailing.empty()) put(leading.from, at_, " ");
      } else if (leading) {
        put(leading);
      }
      put(trailing);
      leading_blank = blank;
      uint32_t size = 0;
      while (at_ + size < text_.size() && text_[at_ + size] != '\n' && text_[at_ + size] != '\r') ++size;
      put_here(size);
      leading = {};
      if (break_size()) leading = take_break();
      trailing = breaks();
    }
    if (chomping != '-' && leading) put(leading);
    if (chomping == '+') put(trailing);
  }

  /// Empty lines, and the indentation of the line behind them.
  std::vector<Break> breaks() {
    std::vector<Break> all;
    uint32_t deepest = 0;
    while (true) {
      column_ = 0;
      while ((indent_ == 0 || column_ < indent_) && current() == ' ') ++at_, ++column_;
      deepest = std::max(deepest, column_);
      if (!break_size()) break;
      all.push_back(take_break());
    }
    if (indent_ == 0) indent_ = std::max(deepest, 1U);
    return all;
  }

  /// The indentation when an indicator gives it relative to something that is not known here: what the first line that is not empty has beyond its text.
  uint32_t told_indent() const {
    uint32_t at = at_;
    for (size_t lines = 0;; ++lines) {
      const size_t newline = std::min(text_.find_first_of("\r\n", at), text_.size());
      const std::string_view line = text_.substr(at, newline - at);
      const size_t spaces = std::min(line.find_first_not_of(' '), line.size());
      if (spaces < line.size() || newline == text_.size()) {
        const std::string_view rest = std::string_view(scalar_.text).substr(std::min(lines, scalar_.text.size()));
        const size_t kept = std::min(rest.find_first_not_of(' '), rest.size());
        return static_cast<uint32_t>(spaces - std::min(kept, spaces));
      }
      at = static_cast<uint32_t>(newline + (text_.substr(newline).starts_with("\r\n") ? 2 : 1));
    }
  }

  std::string_view text_;
  const Placed& scalar_;
  uint32_t at_;
  uint32_t indent_ = 0, column_ = 0;
  std::string decoded_;
  std::vector<Stretch> stretches_;
};

}  // namespace

std::vector<Stretch> stretches(std::string_view text, const Placed& scalar) {
  if (auto traced = Retracing(text, scalar).trace()) return std::move(*traced);
  if (scalar.text.empty()) return {};
  return {{0, static_cast<uint32_t>(scalar.text.size()), scalar.begin, scalar.end, false}};
}

}  // namespace invar::yaml
