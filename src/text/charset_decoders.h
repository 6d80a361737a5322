#pragma once

#include <memory>

#include "src/text/charset.h"
#include "src/text/charset_tables.h"

// The decoders of golang.org/x/text: which bytes are taken together, and what a broken sequence costs, is theirs.
namespace invar::charset_decoders {

using CharsetPtr = std::unique_ptr<const Charset>;

/// Broken sequences become one U+FFFD for each maximal part of a valid one.
CharsetPtr utf8();
enum class ByteOrder : uint8_t { kLittleEndian, kBigEndian };
CharsetPtr utf16(ByteOrder order);
CharsetPtr single_byte(const charset_tables::Bytes& table);
CharsetPtr shift_jis(charset_tables::Pairs jis0208);
CharsetPtr euc_jp(charset_tables::Pairs jis0208, charset_tables::Pairs jis0212);
CharsetPtr iso_2022_jp(charset_tables::Pairs jis0208, charset_tables::Pairs jis0212);
CharsetPtr gbk(charset_tables::Pairs gbk);
CharsetPtr gb18030(charset_tables::Pairs gbk);
CharsetPtr hz_gb_2312(charset_tables::Pairs gbk);
CharsetPtr big5(charset_tables::Pairs big5);
CharsetPtr euc_kr(charset_tables::Pairs euc_kr);

/// Writes one rune as UTF-8; returns the end.
inline char* put_rune(char* to, char32_t rune) {
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

/// Of bytes below 0x80 only.
bool is_ascii(std::string_view text);

}  // namespace invar::charset_decoders
