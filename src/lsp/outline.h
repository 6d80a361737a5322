#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/parser/scanner.h"

namespace invar::lsp {

/// Bytes [begin, end) of a text.
struct Extent {
  uint32_t begin = 0, end = 0;
  bool holds(uint32_t offset) const { return begin <= offset && offset <= end; }
};

/// A statement as far as it is there: what somebody types is seldom whole.
struct OutlineStatement {
  enum class Kind : uint8_t { kBlock, kAttribute, kNameOnly };
  Kind kind = Kind::kNameOnly;
  Extent extent;       // up to its last token
  uint32_t reach = 0;  // a cursor up to there is still in it
  Extent name;
  Extent label;               // kBlock, kNameOnly; empty when there is none
  uint32_t value_begin = 0;   // kAttribute: behind =
  uint32_t open = 0, close = 0;  // kBlock: offsets of { and }, or the end of the text
  bool broken = false;        // not a whole statement
  int parent = -1;            // index of the block around it
};

/// The statements of a text by its tokens alone, in source order. Copes with anything: what has no end, ends where the next statement begins.
struct Outline {
  std::string_view text;
  std::vector<Token> tokens;  // comments left out; ends with kEof
  std::vector<Extent> comments;
  std::vector<OutlineStatement> statements;
  std::vector<Extent> stray;  // what belongs to no statement
  uint32_t unclosed = 0;      // blocks without }

  explicit Outline(std::string_view text);

  std::string_view slice(Extent extent) const { return text.substr(extent.begin, extent.end - extent.begin); }
  /// The innermost block whose body holds the offset; -1: none.
  int block_at(uint32_t offset) const;
  /// The statement of `block`'s body that a cursor is in; nullptr: between statements.
  const OutlineStatement* statement_at(int block, uint32_t offset) const;
  bool in_comment(uint32_t offset) const;
};

}  // namespace invar::lsp
