#include "src/lint/source_map.h"

#include <algorithm>

namespace invar::lint {
namespace {

using Piece = SourceMap::Piece;

/// The bytes of an origin that a stretch of its piece stands for.
Span part(const Piece& piece, uint32_t begin, uint32_t end) {
  if (!piece.verbatim) return piece.origin;
  begin = std::clamp(begin, piece.begin, piece.end);
  end = std::clamp(end, begin, piece.end);
  return {piece.origin.source, piece.origin.begin + (begin - piece.begin), piece.origin.begin + (end - piece.begin)};
}

/// A text as it has to be written in the middle of such a scalar; nullopt when it cannot.
std::optional<std::string> written(const std::string& text, const Piece& piece) {
  using enum SourceMap::Writing;
  if (piece.writing == kNoEdits) return std::nullopt;
  const bool has_newline = text.find('\n') != std::string::npos;
  if (has_newline && (piece.writing == kFolded || piece.writing == kSingleQuoted || piece.writing == kPlain)) return std::nullopt;
  if (piece.writing == kPlain && text.find_first_of("#:,[]{}&*'\"\\") != std::string::npos) return std::nullopt;
  std::string out;
  for (const char byte : text) {
    if (piece.writing == kDoubleQuoted && (byte == '"' || byte == '\\')) out += '\\';
    if (piece.writing == kSingleQuoted && byte == '\'') out += '\'';
    if (piece.writing == kDoubleQuoted && byte == '\n') out += "\\n";
    else out += byte;
    if (piece.writing == kBlock && byte == '\n') out.append(piece.indent, ' ');
  }
  return out;
}

}  // namespace

const Piece* SourceMap::piece_at(uint32_t offset) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), offset, [](uint32_t at, const Piece& piece) { return at < piece.begin; });
  if (after == pieces_.begin()) return nullptr;
  const Piece& piece = *std::prev(after);
  return offset <= piece.end ? &piece : nullptr;
}

std::optional<Span> SourceMap::origin(uint32_t begin, uint32_t end) const {
  if (begin == end) {
    const Piece* piece = piece_at(begin);
    return piece ? std::optional(part(*piece, begin, end)) : std::nullopt;
  }
  std::optional<Span> found;
  for (const Piece& piece : pieces_) {
    if (piece.begin >= end || begin >= piece.end) continue;
    const Span span = part(piece, begin, end);
    if (!found) found = span;
    else if (found->source == span.source) found->end = std::max(found->end, span.end);
  }
  return found;
}

std::optional<Edit> SourceMap::carry_over(const Edit& edit) const {
  const Piece* piece = piece_at(edit.span.begin);
  // What is put in between two pieces may as well stand behind the first one.
  const bool between = piece && piece != pieces_.data() && piece->begin == edit.span.begin && edit.span.begin == edit.span.end;
  if (between && !piece->verbatim && (piece - 1)->verbatim && (piece - 1)->end == edit.span.begin) --piece;
  if (!piece || !piece->verbatim) return std::nullopt;
  // Lines of a block are pieces of their own: what goes over several of them is still one stretch of the file, indentation included.
  const Piece* last = piece;
  while (edit.span.end > last->end) {
    const Piece* next = last + 1;
    if (next == pieces_.data() + pieces_.size() || !next->verbatim || next->begin != last->end || next->origin.source != last->origin.source ||
        next->writing != Writing::kBlock)
      return std::nullopt;
    last = next;
  }
  auto text = written(edit.text, *piece);
  if (!text) return std::nullopt;
  const Span begin = part(*piece, edit.span.begin, edit.span.begin), end = part(*last, edit.span.end, edit.span.end);
  return Edit{begin.through(end), std::move(*text)};
}

void SourceMap::copy_to(SourceMap& map, uint32_t begin, uint32_t end, uint32_t at, uint32_t size) const {
  const bool same = end - begin == size;
  if (!same) {
    if (const auto span = origin(begin, end)) map.add({.begin = at, .end = at + size, .origin = *span});
    return;
  }
  for (const Piece& piece : pieces_) {
    const bool is_point = piece.begin == piece.end && begin <= piece.begin && piece.begin <= end;
    if (!is_point && (piece.begin >= end || begin >= piece.end)) continue;
    Piece copied = piece;
    copied.begin = std::max(begin, piece.begin);
    copied.end = std::min(end, piece.end);
    copied.origin = part(piece, copied.begin, copied.end);
    copied.begin += at - begin;
    copied.end += at - begin;
    map.add(copied);
  }
}

SourceMap SourceMap::without_edits() const {
  SourceMap map = *this;
  for (Piece& piece : map.pieces_) piece.writing = Writing::kNoEdits;
  return map;
}

SourceMap SourceMap::through(const Source& text, const SourceMap& outer) const {
  SourceMap traced;
  for (const Piece& piece : pieces_) {
    if (piece.origin.source != &text) {
      traced.add(piece);
      continue;
    }
    SourceMap part;
    if (piece.verbatim) outer.copy_to(part, piece.origin.begin, piece.origin.end, piece.begin, piece.end - piece.begin);
    else if (const auto origin = outer.origin(piece.origin.begin, piece.origin.end)) part.add({.begin = piece.begin, .end = piece.end, .origin = *origin});
    for (Piece inner : part.pieces_) {
      // A block inside a block is indented twice; what is quoted inside cannot be written without knowing both.
      if (piece.writing == Writing::kBlock && inner.writing == Writing::kBlock) inner.indent = static_cast<uint16_t>(inner.indent + piece.indent);
      else if (piece.writing != Writing::kAsIs) inner.writing = Writing::kNoEdits;
      traced.add(inner);
    }
  }
  return traced;
}

}  // namespace invar::lint
