#include <typeinfo>

#include "grammar/generated/AlloyParser.h"
#include "src/parser/antlr_parts.h"

namespace invar {
namespace {

using Grammar = AlloyParser;
using antlr4::ParserRuleContext;
using antlr4::tree::ParseTree;

/// Operators from the tightest level to the loosest. ^ is folded from the right, all others from the left.
constexpr int kLevels = 6;

int level_of(size_t op) {
  switch (op) {
    case Grammar::POW: return 0;
    case Grammar::MUL:
    case Grammar::DIV:
    case Grammar::MOD: return 1;
    case Grammar::ADD:
    case Grammar::SUB: return 2;
    case Grammar::AND: return 4;
    case Grammar::OR: return 5;
    default: return 3;  // comparisons
  }
}

/// The parse tree has no errors, so that the shape of every node is that of its rule.
class TreeBuilder {
 public:
  explicit TreeBuilder(const Source& source) : source_(source) {}

  ast::Statement statement(const ParserRuleContext& rule, ast::Body body) {
    const ParserRuleContext& name = rule_at(rule, 0);
    if (rule.children.size() == 3)
      return {span_of(rule), ast::Attribute{ident(token_at(name, 0)), build(rule_at(rule, 2)).expr}};
    return {span_of(rule), build_block(name, rule_at(rule, 1), std::move(body))};
  }

  ast::ExprPtr expression(const ParserRuleContext& rule) { return build(rule).expr; }

 private:
  /// An expression and how many levels it has.
  struct Built {
    ast::ExprPtr expr;
    uint32_t depth = 1;
  };

  ast::Block build_block(const ParserRuleContext& name, const ParserRuleContext& rule, ast::Body body) {
    ast::Block block;
    const size_t parts = name.children.size() - 1;  // the last one is the label
    for (size_t i = 0; i < parts; i += 2) block.name.push_back(text_of(token_at(name, i)));
    block.name_span = span_of(token_at(name, 0)).through(span_of(token_at(name, parts - 1)));
    const ParserRuleContext& label = rule_at(name, parts);
    if (!label.children.empty()) {
      block.label_span = span_of(token_at(label, 0));
      const std::string_view literal = block.label_span.text();
      if (literal.size() > 2) block.label = literal.substr(1, literal.size() - 2);
    }
    block.open_curly = span_of(token_at(rule, 0)).begin;
    block.body = std::move(body);
    block.close_curly = span_of(token_at(rule, 2)).begin;
    return block;
  }

  Built build(const ParserRuleContext& expression) {
    if (expression.children.size() == 1) return build_operand(rule_at(expression, 0));
    std::vector<Built> operands;
    std::vector<const FedToken*> operators;
    for (size_t i = 0; i < expression.children.size(); i += 2) {
      operands.push_back(build_operand(rule_at(expression, i)));
      if (i > 0) operators.push_back(&token_at(expression, i - 1));
    }
    fold_powers(operands, operators);
    for (int level = 1; level < kLevels; ++level) fold(level, operands, operators);
    return std::move(operands.front());
  }

  /// a ^ b ^ c is a ^ (b ^ c).
  void fold_powers(std::vector<Built>& operands, std::vector<const FedToken*>& operators) {
    for (size_t i = operators.size(); i-- > 0;) {
      if (level_of(operators[i]->getType()) != 0) continue;
      operands[i] = binary(std::move(operands[i]), *operators[i], std::move(operands[i + 1]));
      operands[i + 1].expr = nullptr;
      operators[i] = nullptr;
    }
    std::erase_if(operands, [](const Built& operand) { return !operand.expr; });
    std::erase(operators, nullptr);
  }

  /// a - b - c is (a - b) - c.
  void fold(int level, std::vector<Built>& operands, std::vector<const FedToken*>& operators) {
    size_t kept = 0;
    for (size_t i = 0; i < operators.size(); ++i) {
      if (level_of(operators[i]->getType()) == level) {
        operands[kept] = binary(std::move(operands[kept]), *operators[i], std::move(operands[i + 1]));
      } else {
        operators[kept++] = operators[i];
        operands[kept] = std::move(operands[i + 1]);
      }
    }
    operators.resize(kept);
    operands.resize(kept + 1);
  }

  Built binary(Built left, const FedToken& op, Built right) {
    const Span span = left.expr->span.through(right.expr->span);
    const uint32_t depth = std::max(left.depth, right.depth);
    return make(span, depth, ast::Binary{op.token().kind, span_of(op).begin, std::move(left.expr), std::move(right.expr)});
  }

  Built build_operand(const ParserRuleContext& rule) {
    size_t prefixes = 0;
    while (!as_rule(rule.children[prefixes])) ++prefixes;
    Built value = build_primary(rule_at(rule, prefixes));
    for (size_t i = prefixes + 1; i < rule.children.size(); ++i) value = build_suffix(std::move(value), rule_at(rule, i));
    for (size_t i = prefixes; i-- > 0;) {
      const FedToken& op = token_at(rule, i);
      const Span span = span_of(op).through(value.expr->span);
      value = make(span, value.depth, ast::Unary{op.token().kind, std::move(value.expr)});
    }
    return value;
  }

  Built build_suffix(Built value, const ParserRuleContext& suffix) {
    const Span span = value.expr->span.through(span_of(suffix));
    switch (suffix.getRuleIndex()) {
      case Grammar::RuleAccess: return make(span, value.depth, ast::Access{std::move(value.expr), ident(token_at(suffix, 1))});
      case Grammar::RuleIndex: {
        Built index = build(rule_at(suffix, 1));
        const uint32_t depth = std::max(value.depth, index.depth);
        return make(span, depth, ast::Index{std::move(value.expr), std::move(index.expr), first_byte(suffix), last_byte(suffix)});
      }
      default: {
        Elements args = build_elements(rule_at(suffix, 1));
        const uint32_t depth = std::max(value.depth, args.depth);
        return make(span, depth, ast::Call{std::move(value.expr), std::move(args.list), first_byte(suffix), last_byte(suffix)});
      }
    }
  }

  Built build_primary(const ParserRuleContext& rule) {
    const Span span = span_of(rule);
    const FedToken& first = token_at(rule, 0);
    switch (first.getType()) {
      case Grammar::IDENT: return make(span, 0, ast::Identifier{ident(first)});
      case Grammar::LPAREN: {
        Built inner = build(rule_at(rule, 1));
        return make(span, inner.depth, ast::Paren{std::move(inner.expr)});
      }
      case Grammar::LBRACK: {
        Elements elements = build_elements(rule_at(rule, 1));
        return make(span, elements.depth, ast::ArrayLiteral{std::move(elements.list)});
      }
      case Grammar::LCURLY: return build_object(span, rule_at(rule, 1));
      default: return make(span, 0, ast::Literal{first.token().kind, text_of(first)});
    }
  }

  struct Elements {
    std::vector<ast::ExprPtr> list;
    uint32_t depth = 0;
  };

  Elements build_elements(const ParserRuleContext& rule) {
    Elements elements;
    for (ParseTree* child : rule.children) {
      const auto* element = as_rule(child);
      if (!element) continue;
      Built built = build(*element);
      elements.depth = std::max(elements.depth, built.depth);
      elements.list.push_back(std::move(built.expr));
    }
    return elements;
  }

  Built build_object(const Span& span, const ParserRuleContext& rule) {
    ast::ObjectLiteral object;
    uint32_t depth = 0;
    for (ParseTree* child : rule.children) {
      const auto* field = as_rule(child);
      if (!field) continue;
      Built value = build(rule_at(*field, 2));
      depth = std::max(depth, value.depth);
      object.fields.push_back(object_field(token_at(*field, 0), std::move(value.expr)));
    }
    return make(span, depth, std::move(object));
  }

  /// Alloy's positions of a quoted name take the length of what is between the quotes.
  ast::ObjectField object_field(const FedToken& name, ast::ExprPtr value) {
    ast::ObjectField field{ident(name), false, std::move(value)};
    if (name.getType() != Grammar::STRING || field.name.name.size() <= 2) return field;
    field.quoted = true;
    field.name.name = field.name.name.substr(1, field.name.name.size() - 2);
    field.name.span.end -= 2;
    return field;
  }

  template <class Node>
  static Built make(const Span& span, uint32_t depth_inside, Node node) {
    if (depth_inside >= kMaxTreeDepth) throw TreeTooDeep{span.begin};
    auto expr = std::make_unique<ast::Expr>();
    expr->span = span;
    expr->node = std::move(node);
    return {std::move(expr), depth_inside + 1};
  }

  static const ParserRuleContext& rule_at(const ParserRuleContext& rule, size_t i) {
    return static_cast<const ParserRuleContext&>(*rule.children[i]);
  }
  static const FedToken& token_at(const ParserRuleContext& rule, size_t i) {
    return *static_cast<FedToken*>(static_cast<antlr4::tree::TerminalNode*>(rule.children[i])->getSymbol());
  }
  Span span_of(const FedToken& token) const {
    return {&source_, token.token().begin, token.token().end};
  }
  Span span_of(const ParserRuleContext& rule) const { return {&source_, token_of(*rule.start).begin, token_of(*rule.stop).end}; }
  static const Token& token_of(const antlr4::Token& token) { return static_cast<const FedToken&>(token).token(); }
  uint32_t first_byte(const ParserRuleContext& rule) const { return span_of(rule).begin; }
  uint32_t last_byte(const ParserRuleContext& rule) const { return span_of(rule).end - 1; }
  std::string text_of(const FedToken& token) const { return std::string(span_of(token).text()); }
  ast::Ident ident(const FedToken& token) const { return {text_of(token), span_of(token)}; }

  const Source& source_;
};

}  // namespace

antlr4::ParserRuleContext* as_rule(antlr4::tree::ParseTree* child) {
  if (typeid(*child) == typeid(antlr4::tree::TerminalNodeImpl)) return nullptr;
  return static_cast<antlr4::ParserRuleContext*>(child);
}

ast::Statement build_statement(const ParserRuleContext& statement, const Source& source, ast::Body body) {
  return TreeBuilder(source).statement(statement, std::move(body));
}

ast::ExprPtr build_expression(const ParserRuleContext& expression, const Source& source) {
  return TreeBuilder(source).expression(expression);
}

}  // namespace invar
