#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "src/text/ottl/token.h"

namespace invar::ottl {

/// What a rule of the grammar is made of.
struct GrammarNode {
  enum class Kind : uint8_t {
    kRule,      // another rule, `rule`
    kToken,     // a token of a type
    kLiteral,   // a token that reads so, of whatever type
    kSequence,  // one after the other
    kChoice,    // the first that matches
    kOptional,
    kRepeated,  // any number of times, also none
    kNotAhead,  // nothing of it follows; takes nothing
  };
  Kind kind;
  size_t rule = 0;
  TokenType type = TokenType::kEnd;
  std::string_view name;  // of a rule or token type, or a literal's text
  std::vector<const GrammarNode*> parts;
};

/// The rules, in the order of the table in grammar.cpp.
enum class Rule : uint8_t {
  kStatement, kConstant, kBooleanValue, kAndValue, kTerm, kOrTerm, kBooleanExpression, kComparison, kEditor, kConverter, kLambda, kLambdaBody, kArgument, kValue,
  kPath, kField, kKey, kList, kMap, kMapItem, kLiteral, kMathValue, kMultDivValue, kAddSubTerm, kOpAddSubTerm, kMathExpression,
};

/// OTTL's grammar, read once from its text.
class Grammar {
 public:
  static const Grammar& get();
  const GrammarNode& body(size_t rule) const { return *bodies_[rule]; }
  size_t rule_count() const { return bodies_.size(); }

 private:
  Grammar();
  class Reader;
  std::deque<GrammarNode> nodes_;
  std::vector<const GrammarNode*> bodies_;
};

/// Parts `from` to the end of a sequence, as errors say what was expected: `"(" (Argument ("," Argument)*)? ")" Key*`.
std::string expected_text(const GrammarNode& sequence, size_t from);

}  // namespace invar::ottl
