#include "src/text/ottl/grammar.h"

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/text/ascii.h"

namespace invar::ottl {
namespace {

struct RuleText {
  std::string_view name;
  std::string_view body;
};

// The rules of pkg/ottl (grammar.go), whose names errors show. The first choice that matches is taken and never gone back on; what of a text is accepted depends
// on the order.
constexpr RuleText kRules[] = {
    {"ParsedStatement", "(Editor | Converter) ('where' BooleanExpression)?"},
    {"ConstExpr", "Boolean | Converter"},
    {"BooleanValue", "OpNot? (Comparison | ConstExpr | '(' BooleanExpression ')')"},
    {"OpAndBooleanValue", "OpAnd BooleanValue"},
    {"Term", "BooleanValue OpAndBooleanValue*"},
    {"OpOrTerm", "OpOr Term"},
    {"BooleanExpression", "Term OpOrTerm*"},
    {"Comparison", "Value OpComparison Value"},
    {"Editor", "(Lowercase (Uppercase | Lowercase)*) '(' (Argument (',' Argument)*)? ')' Key*"},
    {"Converter", "(Uppercase (Uppercase | Lowercase)*) '(' (Argument (',' Argument)*)? ')' Key*"},
    {"LambdaExpr", "'(' ((Lowercase | Underscore) (',' (Lowercase | Underscore))*)? ')' LambdaArrow LambdaBody"},
    {"LambdaBody", "Value (?! OpOr | OpAnd | OpComparison) | BooleanExpression"},
    {"Argument", "((Lowercase (Uppercase | Lowercase)*) Equal)? (Value | (Uppercase (Uppercase | Lowercase)*))"},
    {"Value",
     "Nil | MathExprLiteral (?! OpAddSub | OpMultDiv) | LambdaExpr | MathExpression | Bytes | String | Boolean | Uppercase (?! Lowercase) | MapValue | List"},
    {"Path", "(Lowercase '.')? Field ('.' Field)*"},
    {"Field", "Lowercase Key*"},
    {"Key", "'[' (String | Int | MathExpression | MathExprLiteral) ']'"},
    {"List", "'[' Value* (',' Value)* ']'"},
    {"MapValue", "'{' (MapItem ','?)* '}'"},
    {"MapItem", "String ':' Value"},
    {"MathExprLiteral", "Editor | Converter | Float | Int | Path"},
    {"MathValue", "OpAddSub? (MathExprLiteral | '(' MathExpression ')')"},
    {"OpMultDivValue", "OpMultDiv MathValue"},
    {"AddSubTerm", "MathValue OpMultDivValue*"},
    {"OpAddSubTerm", "OpAddSub AddSubTerm"},
    {"MathExpression", "AddSubTerm OpAddSubTerm*"},
};

size_t rule_named(std::string_view name) {
  for (size_t i = 0; i < std::size(kRules); ++i)
    if (kRules[i].name == name) return i;
  return std::size(kRules);
}

using Kind = GrammarNode::Kind;

void append(std::string& out, const GrammarNode& node, bool root);

void append_parts(std::string& out, const GrammarNode& node, size_t from, std::string_view between) {
  for (size_t i = from; i < node.parts.size(); ++i) {
    if (i > from) out += between;
    append(out, *node.parts[i], false);
  }
}

void append(std::string& out, const GrammarNode& node, bool root) {
  switch (node.kind) {
    case Kind::kRule: out += node.name; break;
    case Kind::kToken:
      out += '<';
      out += ascii::to_lower(node.name);
      out += '>';
      break;
    case Kind::kLiteral: append_quoted(out, node.name); break;
    case Kind::kSequence:
    case Kind::kChoice:
      if (!root) out += '(';
      append_parts(out, node, 0, node.kind == Kind::kChoice ? " | " : " ");
      if (!root) out += ')';
      break;
    case Kind::kOptional:
    case Kind::kRepeated:
      append(out, *node.parts[0], false);
      out += node.kind == Kind::kOptional ? '?' : '*';
      break;
    case Kind::kNotAhead:
      out += "(?! ";
      append(out, *node.parts[0], true);
      out += ')';
      break;
  }
}

}  // namespace

/// Reads the text of one rule.
class Grammar::Reader {
 public:
  Reader(std::deque<GrammarNode>& nodes, std::string_view text) : nodes_(nodes), rest_(text) {}

  const GrammarNode* choice() {
    std::vector<const GrammarNode*> options{sequence()};
    while (take("|")) options.push_back(sequence());
    return options.size() == 1 ? options[0] : add({.kind = Kind::kChoice, .parts = std::move(options)});
  }

 private:
  const GrammarNode* add(GrammarNode node) { return &nodes_.emplace_back(std::move(node)); }

  bool take(std::string_view symbol) {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    if (!rest_.starts_with(symbol)) return false;
    rest_.remove_prefix(symbol.size());
    return true;
  }

  std::string_view take_until(std::string_view ends) {
    const std::string_view taken = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  const GrammarNode* sequence() {
    std::vector<const GrammarNode*> parts;
    while (const GrammarNode* part = term()) parts.push_back(part);
    return parts.size() == 1 ? parts[0] : add({.kind = Kind::kSequence, .parts = std::move(parts)});
  }

  const GrammarNode* term() {
    const GrammarNode* node = factor();
    if (node && take("?")) return add({.kind = Kind::kOptional, .parts = {node}});
    if (node && take("*")) return add({.kind = Kind::kRepeated, .parts = {node}});
    return node;
  }

  const GrammarNode* factor() {
    if (take("(?!")) return closed(add({.kind = Kind::kNotAhead, .parts = {choice()}}));
    if (take("(")) return closed(choice());
    if (take("'")) {
      const std::string_view text = take_until("'");
      rest_.remove_prefix(1);
      return add({.kind = Kind::kLiteral, .name = text});
    }
    const std::string_view name = take_until(" |()?*'");
    if (name.empty()) return nullptr;
    if (const auto type = token_type(name)) return add({.kind = Kind::kToken, .type = *type, .name = name});
    const size_t rule = rule_named(name);
    INVAR_CHECK(rule < std::size(kRules));
    return add({.kind = Kind::kRule, .rule = rule, .name = name});
  }

  const GrammarNode* closed(const GrammarNode* node) {
    INVAR_CHECK(take(")"));
    return node;
  }

  std::deque<GrammarNode>& nodes_;
  std::string_view rest_;
};

Grammar::Grammar() {
  for (const RuleText& rule : kRules) bodies_.push_back(Reader(nodes_, rule.body).choice());
}

const Grammar& Grammar::get() {
  static const Grammar grammar;
  return grammar;
}

std::string expected_text(const GrammarNode& sequence, size_t from) {
  std::string out;
  append_parts(out, sequence, from, " ");
  return out;
}

}  // namespace invar::ottl
