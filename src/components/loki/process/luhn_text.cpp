#include "src/components/loki/process/luhn_text.h"

#include <algorithm>
#include <vector>

#include "src/base/quote.h"

namespace invar::loki_process {
namespace {

struct Range {
  char32_t first, last;
};
/// Unicode 15's decimal digits beyond ASCII (category Nd). They are part of a number, which then passes no check.
constexpr Range kDigits[] = {
    {0x660, 0x669}, {0x6F0, 0x6F9}, {0x7C0, 0x7C9}, {0x966, 0x96F}, {0x9E6, 0x9EF}, {0xA66, 0xA6F}, {0xAE6, 0xAEF},
    {0xB66, 0xB6F}, {0xBE6, 0xBEF}, {0xC66, 0xC6F}, {0xCE6, 0xCEF}, {0xD66, 0xD6F}, {0xDE6, 0xDEF}, {0xE50, 0xE59},
    {0xED0, 0xED9}, {0xF20, 0xF29}, {0x1040, 0x1049}, {0x1090, 0x1099}, {0x17E0, 0x17E9}, {0x1810, 0x1819},
    {0x1946, 0x194F}, {0x19D0, 0x19D9}, {0x1A80, 0x1A89}, {0x1A90, 0x1A99}, {0x1B50, 0x1B59}, {0x1BB0, 0x1BB9},
    {0x1C40, 0x1C49}, {0x1C50, 0x1C59}, {0xA620, 0xA629}, {0xA8D0, 0xA8D9}, {0xA900, 0xA909}, {0xA9D0, 0xA9D9},
    {0xA9F0, 0xA9F9}, {0xAA50, 0xAA59}, {0xABF0, 0xABF9}, {0xFF10, 0xFF19}, {0x104A0, 0x104A9}, {0x10D30, 0x10D39},
    {0x11066, 0x1106F}, {0x110F0, 0x110F9}, {0x11136, 0x1113F}, {0x111D0, 0x111D9}, {0x112F0, 0x112F9},
    {0x11450, 0x11459}, {0x114D0, 0x114D9}, {0x11650, 0x11659}, {0x116C0, 0x116C9}, {0x11730, 0x11739},
    {0x118E0, 0x118E9}, {0x11950, 0x11959}, {0x11C50, 0x11C59}, {0x11D50, 0x11D59}, {0x11DA0, 0x11DA9},
    {0x11F50, 0x11F59}, {0x16A60, 0x16A69}, {0x16AC0, 0x16AC9}, {0x16B50, 0x16B59}, {0x1D7CE, 0x1D7FF},
    {0x1E140, 0x1E149}, {0x1E2F0, 0x1E2F9}, {0x1E4F0, 0x1E4F9}, {0x1E950, 0x1E959}, {0x1FBF0, 0x1FBF9},
};

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

bool is_digit(char32_t rune) {
  if (rune < 0x80) return is_ascii_digit(static_cast<char>(rune));
  const auto range = std::partition_point(std::begin(kDigits), std::end(kDigits), [rune](const Range& r) { return r.last < rune; });
  return range != std::end(kDigits) && range->first <= rune;
}

/// A number as Go's Atoi takes it, and its check digit.
bool passes_check(std::string_view digits) {
  int64_t value = 0;
  for (const char c : digits)
    if (!is_ascii_digit(c) || __builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value)) return false;
  int sum = 0;
  bool twice = false;
  for (size_t i = digits.size(); i-- > 0; twice = !twice) {
    const int digit = digits[i] - '0';
    sum += twice ? (2 * digit > 9 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 == 0;
}

/// Could there be a number at all? Those that pass have ASCII digits only.
bool has_enough_digits(std::string_view text, const LuhnRules& rules) {
  size_t run = 0;
  for (const char c : text) {
    if (is_ascii_digit(c)) {
      if (++run >= rules.min_length) return true;
    } else if (rules.delimiters.empty()) {
      run = 0;
    }
  }
  return false;
}

/// Goes through a text once, rune by rune; a number is open while its digits and delimiters come in.
class Replacing {
 public:
  Replacing(std::string_view text, const LuhnRules& rules, std::string& out) : text_(text), rules_(rules), out_(out) {}

  void run() {
    for (size_t at = 0, length; at < text_.size(); at += length) {
      length = 1;
      const auto byte = static_cast<unsigned char>(text_[at]);
      const char32_t rune = byte < 0x80 ? byte : decode_rune(text_.substr(at), length);
      if (is_digit(rune)) {
        if (digits_.empty()) begin_ = at;
        digits_.append(text_, at, length);
        digits_end_ = end_ = at + length;
      } else if (!digits_.empty() && is_delimiter(rune)) {
        end_ = at + length;
        delimiter_ = at;
      } else {
        end_number();
        append_rune(out_, rune);
      }
    }
    end_number();
  }

 private:
  bool is_delimiter(char32_t rune) const {
    for (std::string_view left = rules_.delimiters; !left.empty();) {
      size_t length;
      if (decode_rune(left, length) == rune) return true;
      left.remove_prefix(length);
    }
    return false;
  }

  void end_number() {
    if (digits_.empty()) return;
    if (digits_.size() >= rules_.min_length && passes_check(digits_) && !is_skipped()) {
      out_ += rules_.replacement;
      if (end_ > digits_end_) out_.append(text_, delimiter_, end_ - delimiter_);
    } else {
      append_mended(text_.substr(begin_, end_ - begin_));
    }
    digits_.clear();
  }

  /// Broken bytes can be delimiters: U+FFFD stands for them.
  void append_mended(std::string_view part) {
    if (is_valid_utf8(part)) {
      out_ += part;
      return;
    }
    for (size_t length; !part.empty(); part.remove_prefix(length)) append_rune(out_, decode_rune(part, length));
  }

  bool is_skipped() {
    if (!rules_.skip) return false;
    if (!loaded_) {
      std::string_view match[1];
      for (RegexMatches all(*rules_.skip, text_); all.next(match);) {
        const auto begin = static_cast<size_t>(match[0].data() - text_.data());
        skips_.push_back({begin, begin + match[0].size()});
      }
      loaded_ = true;
    }
    while (next_skip_ < skips_.size() && skips_[next_skip_].end <= begin_) ++next_skip_;
    return next_skip_ < skips_.size() && skips_[next_skip_].begin <= begin_ && digits_end_ <= skips_[next_skip_].end;
  }

  struct Skip {
    size_t begin, end;
  };
  std::string_view text_;
  const LuhnRules& rules_;
  std::string& out_;
  std::string digits_;     // of the open number
  size_t begin_ = 0;       // of its first digit
  size_t digits_end_ = 0;  // behind its last digit
  size_t end_ = 0;         // behind the delimiters behind that
  size_t delimiter_ = 0;   // the last of these
  std::vector<Skip> skips_;
  size_t next_skip_ = 0;
  bool loaded_ = false;
};

}  // namespace

bool replace_luhn_numbers(std::string_view text, const LuhnRules& rules, std::string& out) {
  if (!has_enough_digits(text, rules) && is_valid_utf8(text)) return false;
  Replacing(text, rules, out).run();
  return true;
}

}  // namespace invar::loki_process
