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
  struct Piece {
    uint32_t begin = 0, end = 0;  // of the text
    Span origin;                  // of the file
    /// Byte for byte the same, so that a place inside is exact, and an edit inside can be carried over. Otherwise every byte stands for the whole origin.
    bool verbatim = false;
  };

  void add(Piece piece) { pieces_.push_back(piece); }
  bool empty() const { return pieces_.empty(); }
  /// The place in the file of bytes [begin, end) of the text; nullopt when none of them came from it (a wrapper).
  std::optional<Span> origin(uint32_t begin, uint32_t end) const;
  /// The same change made in the file; nullopt when it would touch bytes that are written differently there. New lines in `text` are indented as the
  /// lines around the place are.
  std::optional<Edit> carry_over(const Edit& edit) const;

 private:
  const Piece* piece_at(uint32_t offset) const;

  std::vector<Piece> pieces_;
};

}  // namespace invar::lint
