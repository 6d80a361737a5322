#pragma once

#include <memory>

#include "src/base/diagnostics.h"
#include "src/parser/ast.h"

/// What the parts of the parser that know ANTLR say to each other. No ANTLR header is needed to include this one.
namespace antlr4 {
class Parser;
class ParserRuleContext;
}  // namespace antlr4

namespace invar {

/// The deepest tree that parse.h hands out: deep enough for people, shallow enough for every recursive walk.
inline constexpr uint32_t kMaxTreeDepth = 1000;

/// How deep the rules of the grammar may nest while a text is read, which bounds the stack: some 400 pairs of parentheses.
inline constexpr uint32_t kMaxRuleDepth = 4000;

/// Leaves the parser that runs into kMaxRuleDepth.
struct NestedTooDeep {
  uint32_t offset;
};

/// Makes a parser of the grammar report Alloy's errors in Alloy's words, resume where Alloy resumes, and throw NestedTooDeep. One for
/// each parse; keeps references to its arguments.
void install_error_strategy(antlr4::Parser& parser, const Source& source, Diagnostics& diagnostics);

/// Parse tree of a text without errors -> syntax tree. Reports and returns nothing when it would be deeper than kMaxTreeDepth.
ast::Body build_body(const antlr4::ParserRuleContext& file, const Source& source, Diagnostics& diagnostics);
ast::ExprPtr build_expression(const antlr4::ParserRuleContext& expression, const Source& source, Diagnostics& diagnostics);

/// The kind of a token type of the grammar.
ast::TokenKind kind_of(size_t antlr_type);

}  // namespace invar
