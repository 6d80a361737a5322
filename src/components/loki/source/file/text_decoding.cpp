#include "src/components/loki/source/file/text_decoding.h"

#include <cstring>

namespace invar::loki_source_file {

ByteOrderMark byte_order_mark(std::string_view beginning) {
  if (beginning.starts_with("\xEF\xBB\xBF")) return {3, true, nullptr};
  if (beginning.starts_with("\xFE\xFF")) return {2, true, &Charset::utf16_big_endian()};
  if (beginning.starts_with("\xFF\xFE")) return {2, true, &Charset::utf16_little_endian()};
  if (beginning.starts_with(std::string_view("\0\0\xFE\xFF", 4))) return {4, false, nullptr};
  return {};
}

std::string_view newline(TextEncoding encoding) { return encoding ? encoding->newline() : "\n"; }
std::string_view carriage_return(TextEncoding encoding) { return encoding ? encoding->carriage_return() : "\r"; }

std::string_view decode_text(TextEncoding encoding, std::string_view line, Arena& arena, size_t padding) {
  if (!encoding || encoding->is_plain(line)) return line;
  char* const begin = arena.allocate(line.size() * Charset::kGrowth + padding);
  char* const end = encoding->decode(line, begin);
  std::memset(end, 0, padding);
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace invar::loki_source_file
