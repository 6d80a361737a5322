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

/// Every `step`-th rune of [first, last] has its other case `distance` away.
struct CaseRun {
  uint32_t first, last;
  uint8_t step;
  int32_t distance;
};

#include "src/base/unicode_case.inc"
#include "src/base/unicode_ranges.inc"

template <size_t N>
bool holds(const RuneRange (&ranges)[N], uint32_t rune) {
  const auto* found = std::lower_bound(std::begin(ranges), std::end(ranges), rune,
                                       [](const RuneRange& range, uint32_t value) { return range.last < value; });
  return found != std::end(ranges) && found->first <= rune;
}

template <size_t N>
char32_t change_case(const CaseRun (&runs)[N], uint32_t rune) {
  const auto* found = std::lower_bound(std::begin(runs), std::end(runs), rune,
                                       [](const CaseRun& run, uint32_t value) { return run.last < value; });
  if (found == std::end(runs) || found->first > rune || (rune - found->first) % found->step != 0) return rune;
  return static_cast<char32_t>(static_cast<int64_t>(rune) + found->distance);
}

bool is_ascii_letter(char32_t rune) { return (rune | 0x20) >= U'a' && (rune | 0x20) <= U'z'; }

}  // namespace

bool is_letter(char32_t rune) { return rune < 0x80 ? is_ascii_letter(rune) : holds(kLetters, rune); }
bool is_digit(char32_t rune) { return rune < 0x80 ? rune >= U'0' && rune <= U'9' : holds(kDigits, rune); }
bool is_printable(char32_t rune) { return rune < 0x80 ? rune >= 0x20 && rune < 0x7f : holds(kPrintable, rune); }

char32_t to_upper(char32_t rune) {
  if (rune < 0x80) return rune >= U'a' && rune <= U'z' ? rune - 32 : rune;
  return change_case(kToUpper, rune);
}

char32_t to_lower(char32_t rune) {
  if (rune < 0x80) return rune >= U'A' && rune <= U'Z' ? rune + 32 : rune;
  return change_case(kToLower, rune);
}

}  // namespace invar
