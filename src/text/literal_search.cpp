#include "src/text/literal_search.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace invar {
namespace {

// Scalar, for what is left at the end of a text.
size_t find_slowly(const char* begin, const char* at, const char* last_start, std::string_view literal) {
  const char first = literal.front(), last = literal.back();
  const size_t length = literal.size();
  for (; at <= last_start; ++at)
    if (*at == first && at[length - 1] == last && std::memcmp(at, literal.data(), length) == 0) return static_cast<size_t>(at - begin);
  return std::string_view::npos;
}

}  // namespace

size_t find_literal(std::string_view text, std::string_view literal, size_t from) {
  if (literal.empty()) return from <= text.size() ? from : std::string_view::npos;
  if (text.size() < from + literal.size()) return std::string_view::npos;
  const char* const begin = text.data();
  const char* const last_start = begin + (text.size() - literal.size());
  const char* at = begin + from;
#if defined(__SSE2__)
  // 16 places at once: those where both the first and the last byte fit are looked at closely.
  const size_t span = literal.size() - 1;
  const __m128i first = _mm_set1_epi8(literal.front());
  const __m128i last = _mm_set1_epi8(literal.back());
  for (; last_start - at >= 15; at += 16) {
    const __m128i heads = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i tails = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + span));
    auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(heads, first), _mm_cmpeq_epi8(tails, last))));
    for (; hits != 0; hits &= hits - 1) {
      const char* const candidate = at + __builtin_ctz(hits);
      if (span < 2 || std::memcmp(candidate + 1, literal.data() + 1, span - 1) == 0) return static_cast<size_t>(candidate - begin);
    }
  }
#endif
  return find_slowly(begin, at, last_start, literal);
}

const char* find_byte(const char* begin, const char* end, char byte) {
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(byte);
  for (; end - begin >= 16; begin += 16) {
    const __m128i chunk = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(chunk, wanted)));
    if (hits != 0) return begin + __builtin_ctz(hits);
  }
#endif
  while (begin < end && *begin != byte) ++begin;
  return begin;
}

}  // namespace invar
