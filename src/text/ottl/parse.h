#pragma once

#include <string_view>

#include "src/text/ottl/syntax.h"

namespace invar::ottl {

/// Why a text was not parsed.
struct ParseError {
  Extent at;
  std::string text;     // in Alloy's words: `statement has invalid syntax: 1:5: ...`
  std::string reason;   // the same for who sees the place
  std::string help;     // may be empty
  /// False when only editors and converters, which are told apart by their first letter, stand in each other's places.
  bool malformed = true;
};

template <class Tree>
using Parsed = std::variant<Tree, ParseError>;

/// Texts of at most 64 KiB, with brackets inside each other 60 deep; others are errors.
Parsed<Statement> parse_statement(std::string_view text);
Parsed<Condition> parse_condition(std::string_view text);
Parsed<Value> parse_value(std::string_view text);

}  // namespace invar::ottl
