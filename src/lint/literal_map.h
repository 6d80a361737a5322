#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/parser/ast.h"

namespace invar::lint {

/// The text that string literals of a config stand for, and where each byte of it is written: what is wrong in a text of another language (OTTL, a selector,
/// a regex, a template) is shown inside the literal, behind its quotes and escapes.
class LiteralMap {
 public:
  /// Of a literal, quoted or raw, and of literals joined with `+`; nullopt for anything else, whose bytes stand nowhere in the config.
  static std::optional<LiteralMap> of(const ast::Expr& expression);

  const std::string& text() const { return text_; }
  /// Where bytes [begin, end) of the text are written, escapes whole; a point when begin == end. Both may be the text's length.
  Span place(size_t begin, size_t end) const;

 private:
  struct Extent {
    uint32_t begin = 0, end = 0;  // of the source
  };
  bool add(const ast::Expr& expression);

  std::string text_;
  const Source* source_ = nullptr;
  std::vector<Extent> extents_;  // of each byte
  uint32_t end_ = 0;             // of the source: the last closing quote
};

}  // namespace invar::lint
