#pragma once

#include "src/parser/ast.h"

namespace invar::lsp {

/// A text that can be parsed, and its tree. Every byte of the original that stayed is where it was.
struct MendedText {
  SourcePtr source;   // the original itself where it can be parsed
  ast::FilePtr file;  // nullptr when too much of it is broken
};

/// Blanks out the statements that keep a text from being parsed, and closes its open blocks: so that what is right in it can be looked at while somebody types.
MendedText mend(const SourcePtr& original);

}  // namespace invar::lsp
