#include <antlr4-runtime.h>

#include "grammar/generated/AlloyParser.h"
#include "src/base/quote.h"
#include "src/parser/antlr_parts.h"
#include "src/parser/parse.h"
#include "src/parser/scanner.h"

namespace invar {
namespace {

using Grammar = AlloyParser;
using enum ast::TokenKind;

/// What to see to before the generated code decides at a state of its automaton.
enum class Duty : uint8_t { kNone, kStatement, kAfterStatement, kLabel, kElement, kAfterElement, kField, kAfterField, kSuffix };

Duty duty_at(antlr4::atn::ATNState& state) {
  using antlr4::atn::ATNState;
  const size_t type = state.getStateType();
  const bool in_loop = type == ATNState::STAR_LOOP_ENTRY || type == ATNState::STAR_LOOP_BACK;
  if (type != ATNState::BLOCK_START && !in_loop) return Duty::kNone;
  switch (state.ruleIndex) {
    case Grammar::RuleFile:
    case Grammar::RuleBody: return in_loop ? Duty::kAfterStatement : Duty::kStatement;
    case Grammar::RuleElements: return in_loop ? Duty::kAfterElement : Duty::kElement;
    case Grammar::RuleFields: return in_loop ? Duty::kAfterField : Duty::kField;
    case Grammar::RuleLabel: return Duty::kLabel;
    case Grammar::RuleOperand: return in_loop ? Duty::kSuffix : Duty::kNone;
    default: return Duty::kNone;
  }
}

const std::vector<Duty>& duties(const antlr4::atn::ATN& atn) {
  static const std::vector<Duty> table = [&] {
    std::vector<Duty> result;
    for (auto* state : atn.states) result.push_back(state ? duty_at(*state) : Duty::kNone);
    return result;
  }();
  return table;
}

bool starts_expression(ast::TokenKind kind) {
  switch (kind) {
    case kIdent:
    case kNull:
    case kBool:
    case kNumber:
    case kFloat:
    case kString:
    case kNot:
    case kSub:
    case kLCurly:
    case kLParen:
    case kLBrack: return true;
    default: return false;
  }
}

bool ends_expression(ast::TokenKind kind) {
  return kind == kTerminator || kind == kRParen || kind == kRCurly || kind == kRBrack || kind == kComma;
}

std::string got(std::string_view text, ast::TokenKind kind) {
  return std::string("expected ").append(text).append(", got ").append(token_name(kind));
}

/// Follows syntax/parser/internal.go error by error: what is reported, what is skipped, and that one line has one error only.
class AlloyErrors final : public antlr4::ANTLRErrorStrategy, public RuleObserver {
 public:
  AlloyErrors(const Source& source, Diagnostics& diagnostics, StatementTaker* taker)
      : source_(source), diagnostics_(diagnostics), taker_(taker) {}

  void reset(antlr4::Parser*) override {}
  bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }

  void reportMatch(antlr4::Parser*) override {}

  void sync(antlr4::Parser* parser) override {
    attach(parser);
    switch (duties(parser_->getATN())[parser_->getState()]) {
      case Duty::kNone: return;
      case Duty::kStatement: return find_statement();
      case Duty::kAfterStatement: return end_statement();
      case Duty::kLabel: return check_label();
      case Duty::kElement: return find_element();
      case Duty::kAfterElement: return end_element();
      case Duty::kField: return find_field();
      case Duty::kAfterField: return end_field();
      case Duty::kSuffix: return refuse_blocks();
    }
  }

  /// A single token is missing: the one that stands there counts as the missing one.
  antlr4::Token* recoverInline(antlr4::Parser* parser) override {
    attach(parser);
    antlr4::Token* offender = parser_->getCurrentToken();
    if (context().getRuleIndex() == Grammar::RuleName)
      error(got("identifier", kind()));
    else
      error(got(token_name(expected_here()), kind()));
    next();
    return offender;
  }

  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException&) override {
    attach(parser);
    switch (context().getRuleIndex()) {
      case Grammar::RuleStatement:
        return error(got(could_be_attribute() ? "attribute assignment or block body" : "block body", kind()));
      case Grammar::RuleLabel: return error(got("block label", kind()));
      default: return error(got("expression", kind()));
    }
  }

  void recover(antlr4::Parser* parser, std::exception_ptr) override {
    attach(parser);
    switch (context().getRuleIndex()) {
      case Grammar::RuleStatement: return advance_to(kIdent);
      case Grammar::RuleLabel: return next();
      default:
        while (kind() != kEof && !ends_expression(kind())) next();
    }
  }

  void enter_rule(const antlr4::ParserRuleContext& rule) override {
    if (rule.getRuleIndex() != Grammar::RuleExpression) return;
    const auto* around = static_cast<const antlr4::ParserRuleContext*>(rule.parent);
    if (around && around->getRuleIndex() == Grammar::RuleStatement) check_attribute_name(*around);
  }

 private:
  void attach(antlr4::Parser* parser) { parser_ = static_cast<Grammar*>(parser); }
  ast::TokenKind kind() const { return parser_->current().kind; }
  antlr4::ParserRuleContext& context() const { return *parser_->getContext(); }
  uint32_t offset() const { return parser_->current().begin; }

  void next() {
    if (kind() != kEof) parser_->consume();
  }
  void advance_to(ast::TokenKind wanted) {
    while (kind() != kEof && kind() != wanted) next();
  }

  void error(std::string message) {
    const uint32_t line = source_.position(offset()).line;
    if (line == last_error_line_) return;
    last_error_line_ = line;
    diagnostics_.error({&source_, offset(), offset()}, std::move(message));
  }

  ast::TokenKind expected_here() const {
    const auto* state = parser_->getATN().states[parser_->getState()];
    const auto type = static_cast<size_t>(state->transitions[0]->label().getMinElement());
    return type == antlr4::Token::EOF ? kEof : static_cast<ast::TokenKind>(type);
  }

  bool expect(ast::TokenKind wanted) {
    const bool found = kind() == wanted;
    if (!found) error(got(token_name(wanted), kind()));
    next();
    return found;
  }

  /// To the end of a statement, over whole pairs of brackets.
  void skip_statement() {
    int curly = 0, brackets = 0, parens = 0;
    for (; kind() != kEof; next()) {
      switch (kind()) {
        case kLCurly: ++curly; break;
        case kRCurly: --curly; break;
        case kLBrack: ++brackets; break;
        case kRBrack: --brackets; break;
        case kLParen: ++parens; break;
        case kRParen: --parens; break;
        case kTerminator:
          if (curly <= 0 && brackets <= 0 && parens <= 0) return;
          break;
        default: break;
      }
    }
  }

  /// Whether the element or statement that may stand at this place of a list was there.
  bool took_one() const {
    return !context().children.empty() && as_rule(context().children.back());
  }

  // --- Statements

  ast::TokenKind body_end() const { return context().getRuleIndex() == Grammar::RuleFile ? kEof : kRCurly; }

  void find_statement() {
    const ast::TokenKind until = body_end();
    while (kind() != kIdent && kind() != until && kind() != kEof) {
      error(got("identifier", kind()));
      advance_to(kIdent);
      if (kind() == until) return;
      skip_rest();
      next();
    }
    if (kind() == kIdent && taker_) taker_->before_statement();
  }

  void end_statement() {
    if (!took_one()) return;
    if (kind() != kTerminator && kind() != body_end()) skip_rest();
    if (taker_) taker_->take_statement(context());
  }

  void skip_rest() {
    if (kind() == kTerminator) return;
    error(got(token_name(kTerminator), kind()));
    skip_statement();
  }

  void check_label() {
    if (kind() != kString) return;
    const Token& token = parser_->current();
    const std::string_view literal = source_.text().substr(token.begin, token.end - token.begin);
    if (literal.front() != '"') error("expected block label to be a double quoted string, but got " + quoted(literal));
    if (literal.size() <= 2) return;
    const std::string_view label = literal.substr(1, literal.size() - 2);
    if (!is_valid_identifier(label)) error("expected block label to be a valid identifier, but got " + quoted(label));
  }

  bool could_be_attribute() const {
    const Name name = name_of(context());
    return name.fragments == 1 && name.label_length == 0;
  }

  /// What stands before the `=` of an attribute has to be a single identifier.
  void check_attribute_name(const antlr4::ParserRuleContext& statement) {
    const Name name = name_of(statement);
    if (name.fragments != 1) {
      diagnostics_.error({&source_, name.begin, name.begin + name.length},
                         "attribute names may only consist of a single identifier with no \".\"");
    } else if (name.labelled) {
      diagnostics_.error({&source_, name.label_begin, name.label_begin + name.label_length + 2}, "attribute names may not have labels");
    }
  }

  /// The name of a statement, also of a broken one: any token may stand behind a dot.
  struct Name {
    uint32_t begin = 0, length = 0, fragments = 1;
    uint32_t label_begin = 0, label_length = 0;  // without quotes
    bool labelled = false;
  };

  Name name_of(const antlr4::ParserRuleContext& statement) const {
    const auto& rule = static_cast<const antlr4::ParserRuleContext&>(*statement.children.front());
    const auto& label = static_cast<const antlr4::ParserRuleContext&>(*rule.children.back());
    Name name;
    name.begin = static_cast<uint32_t>(rule.start->getStartIndex());
    for (size_t i = 0; i + 1 < rule.children.size(); ++i) {
      const bool separator = i % 2 == 1;
      if (separator) ++name.fragments;
      const Token token = token_of(*static_cast<antlr4::tree::TerminalNode*>(rule.children[i])->getSymbol());
      name.length += separator ? 1 : static_cast<uint32_t>(token_literal(token, source_.text()).size());
    }
    if (label.start->getType() != Grammar::STRING) return name;
    name.labelled = true;
    name.label_begin = static_cast<uint32_t>(label.start->getStartIndex());
    const Token literal = token_of(*label.start);
    if (literal.end - literal.begin > 2) name.label_length = literal.end - literal.begin - 2;
    return name;
  }

  static const Token& token_of(const antlr4::Token& token) { return static_cast<const FedToken&>(token).token(); }

  // --- Lists

  ast::TokenKind elements_end() const {
    const auto* around = static_cast<antlr4::RuleContext*>(context().parent);
    return around->getRuleIndex() == Grammar::RuleCall ? kRParen : kRBrack;
  }

  void find_element() {
    if (kind() != elements_end() && kind() != kEof && !starts_expression(kind())) parser_->expression();
  }

  void end_element() {
    if (!took_one()) return;
    const ast::TokenKind until = elements_end();
    while (kind() != until && kind() != kComma) {
      error("missing ',' in expression list");
      next();
      if (kind() == until || kind() == kEof) return;
      parser_->expression();
    }
  }

  void find_field() {
    if (kind() == kRBrack && context().children.empty()) return;
    if (kind() == kRCurly || kind() == kEof || kind() == kIdent || kind() == kString) return;
    read_field();
    end_field();  // now: a name that follows would pass for the field that was due here
  }

  void end_field() {
    if (!took_one()) return;
    while (kind() != kRCurly && kind() != kComma) {
      error("missing ',' in field list");
      next();
      if (kind() == kRCurly || kind() == kEof) return;
      read_field();
    }
  }

  void read_field() {
    if (kind() == kIdent || kind() == kString) {
      parser_->field();
      return;
    }
    error(got("field name (string or identifier)", kind()));
    advance_to(kAssign);
    expect(kAssign);
    parser_->expression();
  }

  // --- Expressions

  /// `a.b "x" { ... }` where a value belongs: reads the block to say so.
  void refuse_blocks() {
    if (!took_one()) return;  // operators before the value
    while (kind() == kString || kind() == kLCurly) {
      if (kind() == kString) next();
      if (!expect(kLCurly)) return skip_statement();
      parser_->body();
      const uint32_t end = offset() + 1;
      if (!expect(kRCurly)) return skip_statement();
      diagnostics_.error({&source_, value_begin(), end}, "cannot use a block as an expression");
    }
  }

  /// Where the value of an operand begins, behind its unary operators.
  uint32_t value_begin() const {
    for (antlr4::tree::ParseTree* child : context().children)
      if (const auto* value = as_rule(child)) return static_cast<uint32_t>(value->start->getStartIndex());
    return static_cast<uint32_t>(context().start->getStartIndex());
  }

  const Source& source_;
  Diagnostics& diagnostics_;
  StatementTaker* taker_;
  Grammar* parser_ = nullptr;
  uint32_t last_error_line_ = 0;
};

}  // namespace

void install_error_strategy(RuleParser& parser, const Source& source, Diagnostics& diagnostics, StatementTaker* taker) {
  const auto errors = std::make_shared<AlloyErrors>(source, diagnostics, taker);
  parser.setErrorHandler(errors);
  parser.set_observer(errors.get());
}

}  // namespace invar
