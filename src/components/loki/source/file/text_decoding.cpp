#include "src/components/loki/source/file/text_decoding.h"

namespace invar::loki_source_file {
namespace {

char* put_utf8(char* to, char32_t rune) {
  if (rune < 0x80) {
    *to++ = static_cast<char>(rune);
  } else if (rune < 0x800) {
    *to++ = static_cast<char>(0xC0 | rune >> 6);
    *to++ = static_cast<char>(0x80 | (rune & 0x3F));
  } else if (rune < 0x10000) {
    *to++ = static_cast<char>(0xE0 | rune >> 12);
    *to++ = static_cast<char>(0x80 | (rune >> 6 & 0x3F));
    *to++ = static_cast<char>(0x80 | (rune & 0x3F));
  } else {
    *to++ = static_cast<char>(0xF0 | rune >> 18);
    *to++ = static_cast<char>(0x80 | (rune >> 12 & 0x3F));
    *to++ = static_cast<char>(0x80 | (rune >> 6 & 0x3F));
    *to++ = static_cast<char>(0x80 | (rune & 0x3F));
  }
  return to;
}

std::string_view decode_utf16(std::string_view line, bool big_endian, Arena& arena) {
  constexpr char32_t kBroken = 0xFFFD;
  const auto unit = [&](size_t at) {
    const auto a = static_cast<unsigned char>(line[at]), b = static_cast<unsigned char>(line[at + 1]);
    return static_cast<char32_t>(big_endian ? a << 8 | b : b << 8 | a);
  };
  char* const begin = arena.allocate((line.size() + 1) / 2 * 3 + 1);
  char* to = begin;
  size_t at = 0;
  while (at + 1 < line.size()) {
    char32_t rune = unit(at);
    at += 2;
    if (rune >= 0xD800 && rune < 0xE000) {
      const bool pair = rune < 0xDC00 && at + 1 < line.size() && unit(at) >= 0xDC00 && unit(at) < 0xE000;
      if (pair) {
        rune = 0x10000 + ((rune - 0xD800) << 10) + (unit(at) - 0xDC00);
        at += 2;
      } else {
        rune = kBroken;
      }
    }
    to = put_utf8(to, rune);
  }
  if (at < line.size()) to = put_utf8(to, kBroken);
  return {begin, static_cast<size_t>(to - begin)};
}

}  // namespace

ByteOrderMark byte_order_mark(std::string_view beginning) {
  if (beginning.starts_with("\xEF\xBB\xBF")) return {3, true, TextEncoding::kBytes};
  if (beginning.starts_with("\xFE\xFF")) return {2, true, TextEncoding::kUtf16Be};
  if (beginning.starts_with("\xFF\xFE")) return {2, true, TextEncoding::kUtf16Le};
  if (beginning.starts_with(std::string_view("\0\0\xFE\xFF", 4))) return {4, false, TextEncoding::kBytes};
  return {};
}

std::string_view newline(TextEncoding encoding) {
  using namespace std::string_view_literals;
  switch (encoding) {
    case TextEncoding::kUtf16Le: return "\n\0"sv;
    case TextEncoding::kUtf16Be: return "\0\n"sv;
    default: return "\n"sv;
  }
}

std::string_view carriage_return(TextEncoding encoding) {
  using namespace std::string_view_literals;
  switch (encoding) {
    case TextEncoding::kUtf16Le: return "\r\0"sv;
    case TextEncoding::kUtf16Be: return "\0\r"sv;
    default: return "\r"sv;
  }
}

std::string_view decode_text(TextEncoding encoding, std::string_view line, Arena& arena) {
  if (encoding == TextEncoding::kBytes) return line;
  return decode_utf16(line, encoding == TextEncoding::kUtf16Be, arena);
}

}  // namespace invar::loki_source_file
