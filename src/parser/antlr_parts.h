#pragma once

#include <memory>

#include "src/base/diagnostics.h"
#include "src/parser/ast.h"

/// What the parts of the parser that know ANTLR say to each other. No ANTLR header is needed to include this one.
namespace antlr4 {
class ParserRuleContext;
namespace tree {
class ParseTree;
}
}  // namespace antlr4

namespace invar {

class RuleParser;

/// The deepest tree that parse.h hands out: deep enough for people, shallow enough for every recursive walk.
inline constexpr uint32_t kMaxTreeDepth = 1000;

/// How deep the rules of the grammar may nest while a text is read, which bounds the stack: 1000 pairs of parentheses or blocks.
inline constexpr uint32_t kMaxRuleDepth = 3000;

/// Leaves the parser that runs into kMaxRuleDepth.
struct NestedTooDeep {
  uint32_t offset;
};

/// Takes each statement out of the parse tree as soon as it was read, inner ones first, so that a large file needs little memory.
class StatementTaker {
 public:
  virtual ~StatementTaker() = default;
  virtual void before_statement() = 0;
  /// The statement is the last rule among the children of `body`, and is to be gone from there afterwards.
  virtual void take_statement(antlr4::ParserRuleContext& body) = 0;
};

/// Is told of every rule that begins.
class RuleObserver {
 public:
  virtual ~RuleObserver() = default;
  virtual void enter_rule(const antlr4::ParserRuleContext& rule) = 0;
};

/// Makes a parser of the grammar report Alloy's errors in Alloy's words, resume where Alloy resumes, and hand statements to
/// `taker` (may be null). One for each parse; keeps references to its arguments.
void install_error_strategy(RuleParser& parser, const Source& source, Diagnostics& diagnostics, StatementTaker* taker);

/// Parse tree of a text without errors -> syntax tree. `body` is that of a block, whose statements were taken before. Throw
/// TreeTooDeep.
ast::Statement build_statement(const antlr4::ParserRuleContext& statement, const Source& source, ast::Body body);
ast::ExprPtr build_expression(const antlr4::ParserRuleContext& expression, const Source& source);

/// The tree of an expression would be deeper than kMaxTreeDepth.
struct TreeTooDeep {
  uint32_t offset;
};

/// A child of a rule as the rule it is; nullptr for a token. ANTLR's nodes are told apart by their exact types: a dynamic_cast costs more
/// than it took to read the token.
antlr4::ParserRuleContext* as_rule(antlr4::tree::ParseTree* child);

}  // namespace invar
