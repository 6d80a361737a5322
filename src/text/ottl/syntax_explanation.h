#pragma once

#include "src/text/ottl/parse.h"

namespace invar::ottl {

/// What is wrong for people, who are not helped by what the grammar would have taken: a bracket that is left open, quotes of another kind, operators of other
/// languages. `tokens` is what the text was split into, as far as it was. Leaves Alloy's words to the caller.
ParseError explain(std::string_view text, const std::vector<Token>& tokens, const SyntaxError& error);

}  // namespace invar::ottl
