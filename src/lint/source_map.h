#pragma once

#include <optional>
#include <vector>

#include "src/base/source.h"
#include "src/lint/finding.h"

namespace invar::lint {

/// Where the bytes of a text that was taken out of a file came from: the lines of a YAML block scalar without their indentation, an unescaped quoted scalar, a
/// snippet with the block that the chart puts around it. Pieces stand in the order of the text and do not overlap.
class SourceMap {
 public:
  /// How the file writes the text, and so what an edit has to look like there.
  enum class Writing : uint8_t { kAsIs, kBlock, kFolded, kDoubleQuoted, kSingleQuoted, kPlain, kNoEdits };

  struct Piece {
    uint32_t begin = 0, end = 0;  // of the text
    Span origin;                  // of the file
    /// Byte for byte the same, so that a place inside is exact, and an edit inside can be carried over. Otherwise every byte stands for the whole origin.
    bool verbatim = false;
    Writing writing = Writing::kAsIs;
    uint16_t indent = 0;  // kBlock: blanks before every line
  };

  void add(Piece piece) { pieces_.push_back(piece); }
  bool empty() const { return pieces_.empty(); }
  const std::vector<Piece>& pieces() const { return pieces_; }

  /// The place in the file of bytes [begin, end) of the text; nullopt when none of them came from it (a wrapper).
  std::optional<Span> origin(uint32_t begin, uint32_t end) const;
  /// The same change made in the file; nullopt when it would touch bytes that are written differently there, or cannot be written there as it is.
  std::optional<Edit> carry_over(const Edit& edit) const;

  /// Adds to `map` what bytes [begin, end) of this map's text came from, as bytes of another text that has them at `at`: verbatim, or otherwise read.
  void copy_to(SourceMap& map, uint32_t begin, uint32_t end, uint32_t at, uint32_t size) const;
  /// The same, but no edit is carried over.
  SourceMap without_edits() const;
  /// The same with the pieces that come from `text` traced on to where that text came from.
  SourceMap through(const Source& text, const SourceMap& outer) const;

 private:
  const Piece* piece_at(uint32_t offset) const;

  std::vector<Piece> pieces_;
};

}  // namespace invar::lint
