#include <antlr4-runtime.h>

#include "grammar/generated/AlloyParser.h"
#include "src/base/check.h"
#include "src/parser/antlr_parts.h"

namespace invar {
namespace {

using Grammar = AlloyParser;
using antlr4::ParserRuleContext;
using antlr4::tree::ParseTree;
using antlr4::tree::TerminalNode;

struct TreeTooDeep {
  Span at;
};

/// The parse tree has no errors, so that the shape of every node is that of its rule.
class TreeBuilder {
 public:
  explicit TreeBuilder(const Source& source) : source_(source) {}

  ast::Body body(const ParserRuleContext& rule) {
    ast::Body statements;
    for (ParseTree* child : rule.children)
      if (const auto* statement = dynamic_cast<ParserRuleContext*>(child)) statements.push_back(build_statement(*statement));
    return statements;
  }

  ast::ExprPtr expression(const ParserRuleContext& rule) { return build(rule).expr; }

 private:
  /// An expression and how many levels it has.
  struct Built {
    ast::ExprPtr expr;
    uint32_t depth = 1;
  };

  ast::Statement build_statement(const ParserRuleContext& statement) {
    const ParserRuleContext& name = rule_at(statement, 0);
    if (statement.children.size() == 3)
      return {span_of(statement), ast::Attribute{ident(token_at(name, 0)), build(rule_at(statement, 2)).expr}};
    return {span_of(statement), build_block(name, rule_at(statement, 1))};
  }

  ast::Block build_block(const ParserRuleContext& name, const ParserRuleContext& rule) {
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
    block.body = body(rule_at(rule, 1));
    block.close_curly = span_of(token_at(rule, 2)).begin;
    return block;
  }

  Built build(const ParserRuleContext& outer) {
    const ParserRuleContext* rule = &outer;
    while (rule->children.size() == 1 && rule->getRuleIndex() != Grammar::RulePrimary) rule = &rule_at(*rule, 0);
    switch (rule->getRuleIndex()) {
      case Grammar::RulePrimary: return build_primary(*rule);
      case Grammar::RuleOperand: return build_operand(*rule);
      case Grammar::RuleUnary: return build_unary(*rule);
      case Grammar::RulePower: return binary(build(rule_at(*rule, 0)), token_at(*rule, 1), build(rule_at(*rule, 2)));
      default: return build_chain(*rule);
    }
  }

  /// a - b - c is (a - b) - c.
  Built build_chain(const ParserRuleContext& rule) {
    Built left = build(rule_at(rule, 0));
    for (size_t i = 1; i < rule.children.size(); i += 2)
      left = binary(std::move(left), token_at(rule, i), build(rule_at(rule, i + 1)));
    return left;
  }

  Built binary(Built left, const antlr4::Token& op, Built right) {
    const Span span = left.expr->span.through(right.expr->span);
    const uint32_t depth = std::max(left.depth, right.depth);
    return make(span, depth, ast::Binary{kind_of(op.getType()), span_of(op).begin, std::move(left.expr), std::move(right.expr)});
  }

  Built build_unary(const ParserRuleContext& rule) {
    Built value = build(rule_at(rule, 1));
    return make(span_of(rule), value.depth, ast::Unary{kind_of(token_at(rule, 0).getType()), std::move(value.expr)});
  }

  Built build_operand(const ParserRuleContext& rule) {
    Built value = build(rule_at(rule, 0));
    for (size_t i = 1; i < rule.children.size(); ++i) value = build_suffix(std::move(value), rule_at(rule, i));
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
    const antlr4::Token& first = token_at(rule, 0);
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
      default: return make(span, 0, ast::Literal{kind_of(first.getType()), text_of(first)});
    }
  }

  struct Elements {
    std::vector<ast::ExprPtr> list;
    uint32_t depth = 0;
  };

  Elements build_elements(const ParserRuleContext& rule) {
    Elements elements;
    for (ParseTree* child : rule.children) {
      const auto* element = dynamic_cast<ParserRuleContext*>(child);
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
      const auto* field = dynamic_cast<ParserRuleContext*>(child);
      if (!field) continue;
      Built value = build(rule_at(*field, 2));
      depth = std::max(depth, value.depth);
      object.fields.push_back(object_field(token_at(*field, 0), std::move(value.expr)));
    }
    return make(span, depth, std::move(object));
  }

  /// Alloy's positions of a quoted name take the length of what is between the quotes.
  ast::ObjectField object_field(const antlr4::Token& name, ast::ExprPtr value) {
    ast::ObjectField field{ident(name), false, std::move(value)};
    if (name.getType() != Grammar::STRING || field.name.name.size() <= 2) return field;
    field.quoted = true;
    field.name.name = field.name.name.substr(1, field.name.name.size() - 2);
    field.name.span.end -= 2;
    return field;
  }

  template <class Node>
  static Built make(const Span& span, uint32_t depth_inside, Node node) {
    if (depth_inside >= kMaxTreeDepth) throw TreeTooDeep{span};
    auto expr = std::make_unique<ast::Expr>();
    expr->span = span;
    expr->node = std::move(node);
    return {std::move(expr), depth_inside + 1};
  }

  static const ParserRuleContext& rule_at(const ParserRuleContext& rule, size_t i) {
    return static_cast<const ParserRuleContext&>(*rule.children[i]);
  }
  static const antlr4::Token& token_at(const ParserRuleContext& rule, size_t i) {
    return *static_cast<TerminalNode*>(rule.children[i])->getSymbol();
  }
  Span span_of(const antlr4::Token& token) const {
    return {&source_, static_cast<uint32_t>(token.getStartIndex()), static_cast<uint32_t>(token.getStopIndex() + 1)};
  }
  Span span_of(const ParserRuleContext& rule) const { return span_of(*rule.start).through(span_of(*rule.stop)); }
  uint32_t first_byte(const ParserRuleContext& rule) const { return span_of(rule).begin; }
  uint32_t last_byte(const ParserRuleContext& rule) const { return span_of(rule).end - 1; }
  std::string text_of(const antlr4::Token& token) const { return std::string(span_of(token).text()); }
  ast::Ident ident(const antlr4::Token& token) const { return {text_of(token), span_of(token)}; }

  const Source& source_;
};

void refuse(const TreeTooDeep& tree, Diagnostics& diagnostics) {
  diagnostics.error({tree.at.source, tree.at.begin, tree.at.begin},
                    "expression is nested deeper than " + std::to_string(kMaxTreeDepth) + " levels");
}

}  // namespace

ast::Body build_body(const ParserRuleContext& file, const Source& source, Diagnostics& diagnostics) {
  try {
    return TreeBuilder(source).body(file);
  } catch (const TreeTooDeep& tree) {
    refuse(tree, diagnostics);
    return {};
  }
}

ast::ExprPtr build_expression(const ParserRuleContext& expression, const Source& source, Diagnostics& diagnostics) {
  try {
    return TreeBuilder(source).expression(expression);
  } catch (const TreeTooDeep& tree) {
    refuse(tree, diagnostics);
    return nullptr;
  }
}

}  // namespace invar
