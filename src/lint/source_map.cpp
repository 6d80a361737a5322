#include "src/lint/source_map.h"

#include <algorithm>

namespace invar::lint {
namespace {

/// The bytes of an origin that a stretch of its piece stands for.
Span part(const SourceMap::Piece& piece, uint32_t begin, uint32_t end) {
  if (!piece.verbatim) return piece.origin;
  begin = std::clamp(begin, piece.begin, piece.end);
  end = std::clamp(end, begin, piece.end);
  return {piece.origin.source, piece.origin.begin + (begin - piece.begin), piece.origin.begin + (end - piece.begin)};
}

std::string_view indentation_at(const Span& place) {
  const std::string_view line = place.source->line(place.source->position(place.begin).line);
  return line.substr(0, std::min(line.find_first_not_of(' '), line.size()));
}

}  // namespace

const SourceMap::Piece* SourceMap::piece_at(uint32_t offset) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset, [](uint32_t at, const Piece& piece) { return at < piece.begin; });
  if (after == pieces_.begin()) return nullptr;
  const Piece& piece = *std::prev(after);
  return offset <= piece.end ? &piece : nullptr;
}

std::optional<Span> SourceMap::origin(uint32_t begin, uint32_t end) const {
  std::optional<Span> found;
  for (const Piece& piece : pieces_) {
    const bool touches = begin == end ? piece.begin <= begin && begin <= piece.end : piece.begin < end && begin < piece.end;
    if (!touches) continue;
    const Span span = part(piece, begin, end);
    if (!found || found->source != span.source) found = found ? found : span;
    else found->end = std::max(found->end, span.end);
    if (begin == end) break;
  }
  return found;
}

std::optional<Edit> SourceMap::carry_over(const Edit& edit) const {
  const Piece* piece = piece_at(edit.span.begin);
  if (!piece || !piece->verbatim || edit.span.end > piece->end) return std::nullopt;
  const Span place = part(*piece, edit.span.begin, edit.span.end);
  std::string text;
  for (const char byte : edit.text) {
    text += byte;
    if (byte == '\n') text += indentation_at(place);
  }
  return Edit{place, std::move(text)};
}

}  // namespace invar::lint
