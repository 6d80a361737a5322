#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

/// A place in a Source as people and Alloy count: line and column from 1, column in bytes, offset from 0.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t offset = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// One text that was loaded: its name as diagnostics print it, and its bytes. Immutable, shared by every AST and Span of it.
class Source : public std::enable_shared_from_this<Source> {
 public:
  /// Without `excerpts` diagnostics show places in it, but none of its lines.
  Source(std::string name, std::string text, bool excerpts = true);
  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  bool has_excerpts() const { return excerpts_; }
  /// Offset may be the text's length (the end of file).
  Position position(uint32_t offset) const;
  /// The line's bytes without its newline; lines count from 1.
  std::string_view line(uint32_t number) const;
  uint32_t line_count() const { return static_cast<uint32_t>(line_starts_.size()); }

 private:
  std::string name_;
  std::string text_;
  bool excerpts_;
  std::vector<uint32_t> line_starts_;
};
using SourcePtr = std::shared_ptr<const Source>;

/// Bytes [begin, end) of a Source. `source == nullptr` is "nowhere" (printed as `-`); begin == end is a point without extent.
/// Does not own: whoever stores a Span beyond a load keeps the SourcePtr (every AST does).
struct Span {
  const Source* source = nullptr;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool known() const { return source != nullptr; }
  std::string_view text() const { return source ? source->text().substr(begin, end - begin) : std::string_view(); }
  /// From the start of this span to the end of `last`.
  Span through(const Span& last) const { return {source, begin, last.end}; }
  friend bool operator==(const Span&, const Span&) = default;
};

}  // namespace invar
