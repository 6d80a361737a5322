#include "src/lsp/position.h"

#include <algorithm>

#include "src/base/quote.h"
#include "src/lsp/json_text.h"

namespace invar::lsp {

LineTable::LineTable(std::string_view text, Encoding encoding) : text_(text), encoding_(encoding) {
  starts_.push_back(0);
  for (size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) starts_.push_back(static_cast<uint32_t>(i + 1));
}

uint32_t LineTable::line_end(uint32_t line) const {
  auto end = static_cast<uint32_t>(line + 1 < starts_.size() ? starts_[line + 1] : text_.size());
  while (end > starts_[line] && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return end;
}

LinePosition LineTable::position(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = static_cast<uint32_t>(after - starts_.begin() - 1);
  if (encoding_ == Encoding::kUtf8) return {line, offset - starts_[line]};
  uint32_t units = 0;
  for (uint32_t at = starts_[line]; at < offset;) {
    size_t length = 1;
    const char32_t rune = decode_rune(text_.substr(at), length);
    // A place inside of a rune is that of the rune.
    if (at + length > offset) break;
    units += rune > 0xFFFF ? 2 : 1;
    at += static_cast<uint32_t>(length);
  }
  return {line, units};
}

uint32_t LineTable::offset(LinePosition at) const {
  if (at.line >= starts_.size()) return static_cast<uint32_t>(text_.size());
  const uint32_t begin = starts_[at.line], end = line_end(at.line);
  if (encoding_ == Encoding::kUtf8) {
    uint32_t offset = std::min<uint32_t>(end, at.character < end - begin ? begin + at.character : end);
    while (offset > begin && offset < end && (static_cast<uint8_t>(text_[offset]) & 0xC0) == 0x80) --offset;
    return offset;
  }
  uint32_t units = 0, offset = begin;
  while (offset < end) {
    size_t length = 1;
    units += decode_rune(text_.substr(offset), length) > 0xFFFF ? 2 : 1;
    if (units > at.character) break;
    offset += static_cast<uint32_t>(length);
  }
  return offset;
}

std::string LineTable::json(uint32_t offset) const {
  const LinePosition at = position(offset);
  return json_object({{"line", std::to_string(at.line)}, {"character", std::to_string(at.character)}});
}

std::string LineTable::json(uint32_t begin, uint32_t end) const { return json_object({{"start", json(begin)}, {"end", json(end)}}); }

}  // namespace invar::lsp
