#pragma once

#include <optional>
#include <string>

#include "src/base/source.h"

namespace invar::lint {

/// A mistake in the syntax where a person sees it.
struct SyntaxPlace {
  Span span;
  std::string message;
};

/// Where a person would look for the mistake that the parser first notices at `noticed`: it misses a brace only at the end of the text, and a value that is not there
/// only when what follows makes none. Brackets are paired by the indentation of the lines. nullopt where the parser's place is as good.
std::optional<SyntaxPlace> syntax_place(const Source& source, uint32_t noticed);

}  // namespace invar::lint
