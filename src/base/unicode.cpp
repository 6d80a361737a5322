#include "src/base/unicode.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace invar {
namespace {

struct RuneRange {
  uint32_t first, last;
};

#include "src/base/unicode_ranges.inc"

template <size_t N>
bool holds(const RuneRange (&ranges)[N], uint32_t rune) {
  const auto* found = std::lower_bound(std::begin(ranges), std::end(ranges), rune,
                                       [](const RuneRange& range, uint32_t value) { return range.last < value; });
  return found != std::end(ranges) && found->first <= rune;
}

bool is_ascii_letter(char32_t rune) { return (rune | 0x20) >= U'a' && (rune | 0x20) <= U'z'; }

}  // namespace

bool is_letter(char32_t rune) { return rune < 0x80 ? is_ascii_letter(rune) : holds(kLetters, rune); }
bool is_digit(char32_t rune) { return rune < 0x80 ? rune >= U'0' && rune <= U'9' : holds(kDigits, rune); }
bool is_printable(char32_t rune) { return rune < 0x80 ? rune >= 0x20 && rune < 0x7f : holds(kPrintable, rune); }

}  // namespace invar
