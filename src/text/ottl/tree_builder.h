#pragma once

#include "src/text/ottl/match.h"
#include "src/text/ottl/syntax.h"

namespace invar::ottl {

// What the grammar matched, as the tree that is checked and run.
Statement build_statement(const Match& match);
Condition build_condition(const Match& match);  // of Rule::kBooleanExpression
Value build_value(const Match& match);

}  // namespace invar::ottl
