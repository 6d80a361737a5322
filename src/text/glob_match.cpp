#include <algorithm>
#include <optional>

#include "src/base/quote.h"
#include "src/text/glob.h"
#include "src/text/glob_pattern.h"

namespace invar::glob {
namespace {

constexpr size_t kNone = std::string_view::npos;

char32_t rune_at(std::string_view text, size_t at, size_t& length) {
  if (at >= text.size()) {
    length = 0;
    return 0xFFFD;
  }
  return decode_rune(text.substr(at), length);
}

// Where a match may be taken up again: behind a star, with what it has swallowed.
struct Retry {
  size_t pattern = kNone;
  size_t name = kNone;
};

enum class Verdict : uint8_t { kNo, kYes, kBad };

// One attempt to match a pattern; alternatives make further ones with one alternative put in place.
class Matcher {
 public:
  Matcher(std::string_view pattern, std::string_view name, bool validate) : pattern_(pattern), name_(name), validate_(validate) {}

  Verdict run(size_t pattern_at, size_t name_at, Retry star, Retry double_star) {
    at_ = pattern_at;
    name_at_ = name_at;
    star_ = star;
    double_star_ = double_star;
    bool start_of_part = true;
    while (name_at_ < name_.size()) {
      bool advanced = false;
      if (at_ < pattern_.size()) {
        switch (pattern_[at_]) {
          case '*': {
            const auto verdict = step_star(start_of_part);
            if (verdict) return *verdict;
            advanced = true;
            break;
          }
          case '?': {
            start_of_part = false;
            size_t length;
            if (rune_at(name_, name_at_, length) == '/') break;
            ++at_;
            name_at_ += length;
            advanced = true;
            break;
          }
          case '[': {
            start_of_part = false;
            const Verdict verdict = step_class();
            if (verdict == Verdict::kBad) return verdict;
            advanced = verdict == Verdict::kYes;
            break;
          }
          case '{': return try_alternatives();
          case '\\':
            if (++at_ >= pattern_.size()) return Verdict::kBad;
            advanced = step_literal(start_of_part);
            if (!advanced) --at_;
            break;
          default: advanced = step_literal(start_of_part); break;
        }
      }
      if (advanced) continue;
      if (!retry(start_of_part)) {
        if (validate_ && at_ < pattern_.size() && !is_valid(pattern_.substr(at_))) return Verdict::kBad;
        return Verdict::kNo;
      }
    }
    return matches_nothing(pattern_.substr(at_));
  }

 private:
  // `*` or `**`; a verdict when that decides.
  std::optional<Verdict> step_star(bool& start_of_part) {
    if (++at_ < pattern_.size() && pattern_[at_] == '*') {
      ++at_;
      if (start_of_part) {
        if (at_ >= pattern_.size()) return Verdict::kYes;
        if (pattern_[at_] == '/') {
          ++at_;
          double_star_ = {at_, name_at_};
          star_ = {};
          return std::nullopt;
        }
      }
    }
    start_of_part = false;
    star_ = {at_, name_at_};
    return std::nullopt;
  }

  bool step_literal(bool& start_of_part) {
    size_t pattern_length, name_length;
    const char32_t wanted = rune_at(pattern_, at_, pattern_length);
    if (wanted != rune_at(name_, name_at_, name_length)) return false;
    at_ += pattern_length;
    name_at_ += name_length;
    start_of_part = wanted == '/';
    return true;
  }

  // `[a-z]` against one rune. kNo leaves at_ behind what was looked at.
  Verdict step_class() {
    if (++at_ >= pattern_.size()) return Verdict::kBad;
    size_t name_length, length;
    const char32_t rune = rune_at(name_, name_at_, name_length);
    const bool negative = pattern_[at_] == '!' || pattern_[at_] == '^';
    if (negative) ++at_;
    if (at_ >= pattern_.size() || pattern_[at_] == ']') return Verdict::kBad;
    bool matched = false;
    constexpr char32_t kNoRune = 0x10FFFF;
    char32_t last = kNoRune;
    while (!matched && at_ < pattern_.size() && pattern_[at_] != ']') {
      char32_t wanted = rune_at(pattern_, at_, length);
      at_ += length;
      if (last < kNoRune && wanted == '-' && at_ < pattern_.size() && pattern_[at_] != ']') {
        if (pattern_[at_] == '\\') ++at_;
        wanted = rune_at(pattern_, at_, length);
        at_ += length;
        matched = last <= rune && rune <= wanted;
        last = kNoRune;
        continue;
      }
      if (wanted == '\\') {
        wanted = rune_at(pattern_, at_, length);
        at_ += length;
      }
      matched = wanted == rune;
      last = wanted;
    }
    if (matched == negative) return at_ >= pattern_.size() ? Verdict::kBad : Verdict::kNo;
    const size_t closing = closing_bracket();
    if (closing == kNone) return Verdict::kBad;
    at_ = closing + 1;
    name_at_ += name_length;
    return Verdict::kYes;
  }

  size_t closing_bracket() const {
    for (size_t i = at_; i < pattern_.size(); ++i) {
      if (pattern_[i] == '\\')
        ++i;
      else if (pattern_[i] == ']')
        return i;
    }
    return kNone;
  }

  Verdict try_alternatives() {
    const size_t before = at_;
    const size_t inside = closing_brace(pattern_.substr(at_ + 1));
    if (inside == kNone) return Verdict::kBad;
    const size_t closing = at_ + 1 + inside;
    for (size_t begin = before + 1;;) {
      const size_t comma = next_alternative(pattern_.substr(begin, closing - begin));
      const size_t end = comma == kNone ? closing : begin + comma;
      std::string chosen(pattern_.substr(0, before));
      chosen += pattern_.substr(begin, end - begin);
      chosen += pattern_.substr(closing + 1);
      const Verdict verdict = Matcher(chosen, name_, validate_).run(before, name_at_, star_, double_star_);
      if (verdict != Verdict::kNo || comma == kNone) return verdict;
      begin = end + 1;
    }
  }

  // Lets the last star, or else the last double star, swallow more.
  bool retry(bool& start_of_part) {
    size_t length;
    if (star_.pattern != kNone && rune_at(name_, star_.name, length) != '/') {
      star_.name += length;
      at_ = star_.pattern;
      name_at_ = star_.name;
      start_of_part = false;
      return true;
    }
    if (double_star_.pattern == kNone) return false;
    const size_t slash = name_.find('/', double_star_.name);
    if (slash == kNone) return false;
    name_at_ = double_star_.name = slash + 1;
    at_ = double_star_.pattern;
    start_of_part = true;
    return true;
  }

  // Does what is left of the pattern match an empty text? `/**` does: it may stand for the folder itself.
  Verdict matches_nothing(std::string_view rest) const {
    for (const std::string_view nothing : {"", "*", "**", "/**", "**/", "/**/"})
      if (rest == nothing) return Verdict::kYes;
    if (rest[0] == '{') {
      const size_t closing = closing_brace(rest.substr(1));
      if (closing == kNone) return Verdict::kBad;
      for (size_t begin = 1;;) {
        const size_t comma = next_alternative(rest.substr(begin, closing + 1 - begin));
        const size_t end = comma == kNone ? closing + 1 : begin + comma;
        const std::string chosen = std::string(rest.substr(begin, end - begin)) + std::string(rest.substr(closing + 2));
        const Verdict verdict = matches_nothing(chosen);
        if (verdict != Verdict::kNo || comma == kNone) return verdict;
        begin = end + 1;
      }
    }
    return validate_ && !is_valid(rest) ? Verdict::kBad : Verdict::kNo;
  }

  std::string_view pattern_, name_;
  bool validate_;
  size_t at_ = 0, name_at_ = 0;
  Retry star_, double_star_;
};

}  // namespace

Result<bool> match(std::string_view pattern, std::string_view path) {
  const Verdict verdict = Matcher(pattern, path, true).run(0, 0, {}, {});
  if (verdict == Verdict::kBad) return Error{"syntax error in pattern", {}};
  return verdict == Verdict::kYes;
}

NamePattern::NamePattern(std::string_view pattern) : pattern_(pattern) {
  constexpr std::string_view kMeta = "*?[]{}\\/";
  const size_t star = pattern.find_first_of(kMeta);
  star_ = star != kNone && pattern[star] == '*';
  before_ = pattern.substr(0, star);
  after_ = star_ ? pattern.substr(star + 1) : std::string_view();
  // Beyond ASCII a replacement character may stand for a broken byte.
  const bool ascii = std::all_of(pattern.begin(), pattern.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  simple_ = ascii && (star == kNone || star_) && after_.find_first_of(kMeta) == kNone;
}

std::optional<bool> NamePattern::matches(std::string_view name) const {
  if (simple_ && !star_) return name == before_;
  if (simple_) return name.size() >= before_.size() + after_.size() && name.starts_with(before_) && name.ends_with(after_);
  const Verdict verdict = Matcher(pattern_, name, false).run(0, 0, {}, {});
  if (verdict == Verdict::kBad) return std::nullopt;
  return verdict == Verdict::kYes;
}

std::string from_filepath(std::string_view pattern) {
  std::string result;
  bool after_star = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '*' && after_star) continue;
    after_star = c == '*';
    const bool is_literal = c == '{' || c == '}' || (c == '!' && i > 0 && pattern[i - 1] == '[');
    if (is_literal) result.push_back('\\');
    result.push_back(c);
    if (c == '\\' && i + 1 < pattern.size()) result.push_back(pattern[++i]);
  }
  return result;
}

bool is_valid(std::string_view pattern) {
  int depth = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    switch (pattern[i]) {
      case '\\':
        if (++i >= pattern.size()) return false;
        break;
      case '[': {
        ++i;
        if (i < pattern.size() && (pattern[i] == '^' || pattern[i] == '!')) ++i;
        if (i >= pattern.size() || pattern[i] == ']') return false;
        while (i < pattern.size() && pattern[i] != ']') i += pattern[i] == '\\' ? 2 : 1;
        if (i >= pattern.size()) return false;
        break;
      }
      case '{': ++depth; break;
      case '}':
        if (depth-- == 0) return false;
        break;
      default: break;
    }
  }
  return depth == 0;
}

}  // namespace invar::glob
