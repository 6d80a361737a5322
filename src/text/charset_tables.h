#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

// What byte sequences stand for, read from glibc's charsets. Only sequences of our own making are given to iconv, and only while a table is made: the
// bytes of logs go through the rules of charset_decoders.h, which are x/text's.
namespace invar::charset_tables {

/// One code point for each byte; U+FFFD: none.
using Bytes = std::array<char32_t, 256>;
/// A code point for each pair, by x/text's (WHATWG's) index; 0: none.
using Pairs = std::vector<char32_t>;

struct SingleByteSource {
  const char* glibc_name;
  bool without_c1 = false;                  // 0x80 to 0x9F stand for nothing
  std::u32string_view replaced_bytes = {};  // where x/text differs: byte, code point, byte, code point...
};
Result<Bytes> bytes_of(const SingleByteSource& source);

/// Rows of 94 from 0x21 or 0xA1 on.
Result<Pairs> jis0208();
Result<Pairs> jis0212();
/// 190 to a lead byte from 0x81 on.
Result<Pairs> gbk();
/// 157 to a lead byte from 0x81 on; four indices (1133, 1135, 1164, 1166) stand for two code points and are the decoder's matter.
Result<Pairs> big5();
/// 178 to a lead byte from 0x81 to 0xC6, then 94.
Result<Pairs> euc_kr();
/// Code points that GB18030 writes as four bytes, below U+10000 and in their order.
std::vector<char16_t> gb18030_rest(const Pairs& gbk);

}  // namespace invar::charset_tables
