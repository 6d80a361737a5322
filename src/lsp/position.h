#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/source.h"

namespace invar::lsp {

/// What a column counts, as client and server agreed: bytes, or halves of UTF-16.
enum class Encoding : uint8_t { kUtf8, kUtf16 };

/// A place as LSP counts: from 0; a line ends with \n, \r\n or \r.
struct LinePosition {
  uint32_t line = 0, character = 0;
  friend auto operator<=>(const LinePosition&, const LinePosition&) = default;
};

/// The lines of a text, as a client sees them. Does not own the text.
class LineTable {
 public:
  LineTable(std::string_view text, Encoding encoding);
  /// Those of another text, counted in the same way.
  LineTable of_text(std::string_view text) const { return LineTable(text, encoding_); }

  LinePosition position(uint32_t offset) const;
  /// Columns behind the end of a line are its end, lines behind the last one the end of the text.
  uint32_t offset(LinePosition at) const;
  uint32_t line_count() const { return static_cast<uint32_t>(starts_.size()); }

  /// The JSON of a position, and of a range.
  std::string json(uint32_t offset) const;
  std::string json(uint32_t begin, uint32_t end) const;

 private:
  uint32_t line_end(uint32_t line) const;  // without what ends it

  std::string_view text_;
  Encoding encoding_;
  std::vector<uint32_t> starts_;
};

}  // namespace invar::lsp
