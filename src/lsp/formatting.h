#pragma once

#include <vector>

#include "src/lsp/document.h"

namespace invar::lsp {

/// How an editor indents: what `invar fmt` writes as tabs becomes blanks in YAML, where tabs do not belong.
struct Indentation {
  bool blanks = true;
  uint32_t width = 2;
};

/// What `invar fmt` would change in a document: all of an Alloy file, or the Alloy texts in the literal blocks of YAML, each by itself. A text that cannot be
/// parsed, or that Helm evaluates, stays as it is.
std::vector<lint::Edit> format_edits(const Document& document, const Indentation& indentation);

}  // namespace invar::lsp
