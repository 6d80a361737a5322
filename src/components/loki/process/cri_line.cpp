#include "src/components/loki/process/cri_line.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "src/base/quote.h"

namespace invar::loki_process {
namespace {

/// Go's unicode.IsSpace.
bool is_space(char32_t rune) {
  switch (rune) {
    case '\t': case '\n': case '\v': case '\f': case '\r': case ' ': case 0x85: case 0xa0: case 0x1680: case 0x2028: case 0x2029:
    case 0x202f: case 0x205f: case 0x3000: return true;
    default: return rune >= 0x2000 && rune <= 0x200a;
  }
}

constexpr size_t kNone = std::string_view::npos;

/// The first byte from `at` on that is not a plain ASCII letter, digit or sign: white space, a control byte, or part of a longer rune.
size_t find_special(std::string_view line, size_t at) {
  constexpr uint64_t kHigh = 0x8080808080808080;
  constexpr uint64_t kFirstPlain = 0x2121212121212121;
  for (; at + 8 <= line.size(); at += 8) {
    uint64_t bytes;
    std::memcpy(&bytes, line.data() + at, 8);
    // The lowest hit is exact; borrows may add false ones above it only.
    const uint64_t hits = ((bytes - kFirstPlain) | bytes) & kHigh;
    if (hits) return at + static_cast<size_t>(std::countr_zero(hits)) / 8;
  }
  for (; at < line.size(); ++at)
    if (const auto byte = static_cast<unsigned char>(line[at]); byte <= ' ' || byte >= 0x80) return at;
  return kNone;
}

size_t find_space(std::string_view line) {
  for (size_t at = find_special(line, 0); at != kNone; at = find_special(line, at)) {
    if (line[at] == ' ') return at;
    size_t length = 1;
    if (is_space(decode_rune(line.substr(at), length))) return at;
    at += length;
  }
  return kNone;
}

bool skip_blank(std::string_view& rest) {
  if (rest.empty() || rest[0] != ' ') return false;
  rest.remove_prefix(1);
  return true;
}

}  // namespace

bool parse_cri(std::string_view line, CriLine& out) {
  const size_t space = find_space(line);
  if (space == kNone || line[space] != ' ') return false;
  out.time = line.substr(0, space);
  std::string_view rest = line.substr(space + 1);
  if (rest.starts_with("stdout"))
    out.is_stderr = false;
  else if (rest.starts_with("stderr"))
    out.is_stderr = true;
  else
    return false;
  rest.remove_prefix(6);
  if (!skip_blank(rest)) return false;
  out.partial = !rest.empty() && rest[0] == 'P';
  if (out.partial || (!rest.empty() && rest[0] == 'F')) rest.remove_prefix(1);
  skip_blank(rest);
  out.content = rest;
  return true;
}

}  // namespace invar::loki_process
