#include <utility>

#include "src/text/jmespath_evaluation.h"
#include "src/text/jmespath_syntax.h"
#include "src/text/json.h"
#include "src/text/number.h"

namespace invar::jmespath {
namespace {

constexpr int kMaxNesting = 500;
constexpr size_t kMaxLexemes = 4'000;  // a chain of operators is as deep as it is long

constexpr std::string_view kTokenNames[] = {
    "TOKStar", "TOKDot", "TOKFilter", "TOKFlatten", "TOKLparen", "TOKRparen", "TOKLbracket", "TOKRbracket", "TOKLbrace", "TOKRbrace",
    "TOKOr", "TOKPipe", "TOKNumber", "TOKUnquotedIdentifier", "TOKQuotedIdentifier", "TOKComma", "TOKColon", "TOKPlus", "TOKMinus",
    "TOKMultiply", "TOKDivide", "TOKModulo", "TOKDiv", "TOKLT", "TOKLTE", "TOKGT", "TOKGTE", "TOKEQ", "TOKNE", "TOKJSONLiteral",
    "TOKStringLiteral", "TOKCurrent", "TOKRoot", "TOKExpref", "TOKAnd", "TOKNot", "TOKVarref", "TOKAssign", "TOKEOF"};

std::string name_of(Token token) { return std::string(kTokenNames[static_cast<size_t>(token)]); }

int power_of(Token token) {
  switch (token) {
    case Token::kAssign:
    case Token::kPipe: return 1;
    case Token::kOr: return 2;
    case Token::kAnd: return 3;
    case Token::kEQ:
    case Token::kLT:
    case Token::kLTE:
    case Token::kGT:
    case Token::kGTE:
    case Token::kNE: return 5;
    case Token::kMinus:
    case Token::kPlus: return 6;
    case Token::kDiv:
    case Token::kDivide:
    case Token::kModulo:
    case Token::kMultiply: return 7;
    case Token::kFlatten: return 9;
    case Token::kStar: return 20;
    case Token::kFilter: return 21;
    case Token::kDot: return 40;
    case Token::kNot: return 45;
    case Token::kLbrace: return 50;
    case Token::kLbracket: return 55;
    case Token::kLparen: return 60;
    default: return 0;
  }
}

Expression node(Form form, std::vector<Expression> parts = {}) {
  Expression out;
  out.form = form;
  out.parts = std::move(parts);
  return out;
}

// Moves into a vector (an initializer list would copy).
template <class... Parts>
std::vector<Expression> all(Parts&&... parts) {
  std::vector<Expression> out;
  (out.push_back(std::forward<Parts>(parts)), ...);
  return out;
}

// The first number of valid JSON that is no float64.
std::string number_out_of_range(std::string_view json) {
  constexpr std::string_view kParts = "+-.0123456789Ee";
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') {
      while (++i < json.size() && json[i] != '"')
        if (json[i] == '\\') ++i;
    } else if (json[i] == '-' || (json[i] >= '0' && json[i] <= '9')) {
      const std::string_view number = json.substr(i, json.find_first_not_of(kParts, i) - i);
      if (!parse_float(number)) return std::string(number);
      i += number.size() - 1;
    }
  }
  return std::string(json);
}

// A Pratt parser. Errors are carried by error_; what is parsed after one is thrown away.
class Parser {
 public:
  explicit Parser(std::vector<Lexeme> lexemes) : lexemes_(std::move(lexemes)) {}

  Result<Expression> run() {
    Expression out = expression(0);
    if (!error_ && current() != Token::kEOF) fail("Unexpected token at the end of the expression: " + name_of(current()));
    if (error_) return *error_;
    return out;
  }

 private:
  Token current() const { return peek(0).token; }
  const Lexeme& peek(size_t ahead) const { return lexemes_[std::min(at_ + ahead, lexemes_.size() - 1)]; }

  Expression fail(std::string what) { return fail_plainly("SyntaxError: " + std::move(what)); }
  Expression fail_plainly(std::string what) {
    if (!error_) error_ = Error{std::move(what), "syntax"};
    return {};
  }

  bool match(Token token) {
    if (error_) return false;
    if (current() != token) {
      fail("Expected " + name_of(token) + ", received: " + name_of(current()));
      return false;
    }
    ++at_;
    return true;
  }

  Expression expression(int power) {
    if (++nesting_ > kMaxNesting) fail("Expression nests too deeply");
    if (error_) return {};
    const Lexeme lexeme = peek(0);
    ++at_;
    Expression left = prefix(lexeme);
    while (!error_ && power < power_of(current())) {
      const Token token = current();
      ++at_;
      left = infix(token, std::move(left));
    }
    --nesting_;
    return left;
  }

  Expression prefix(const Lexeme& lexeme) {
    switch (lexeme.token) {
      case Token::kVarref: return named(Form::kVariable, lexeme.value);
      case Token::kJSONLiteral: return literal(lexeme.value);
      case Token::kStringLiteral: {
        Expression out = named(Form::kLiteral, lexeme.value);
        out.token = Token::kStringLiteral;
        return out;
      }
      case Token::kUnquotedIdentifier:
        if (lexeme.value == "let" && current() == Token::kVarref) return let();
        return named(Form::kField, lexeme.value);
      case Token::kQuotedIdentifier:
        if (current() == Token::kLparen) return fail("Can't have quoted identifier as function name.");
        return named(Form::kField, lexeme.value);
      case Token::kPlus:
      case Token::kMinus: {
        Expression out = node(Form::kUnary, all(expression(power_of(lexeme.token))));
        out.token = lexeme.token;
        return out;
      }
      case Token::kStar: {
        Expression right = current() == Token::kRbracket ? Expression() : projected(power_of(Token::kStar));
        return node(Form::kValueProjection, all(Expression(), std::move(right)));
      }
      case Token::kFilter: return filter({});
      case Token::kLbrace: return multi_select_hash();
      case Token::kFlatten: return flatten({});
      case Token::kLbracket:
        if (current() == Token::kNumber || current() == Token::kColon) return index({});
        if (current() == Token::kStar && peek(1).token == Token::kRbracket) {
          at_ += 2;
          return node(Form::kProjection, all(Expression(), projected(power_of(Token::kStar))));
        }
        return multi_select_list();
      case Token::kCurrent: return node(Form::kCurrent);
      case Token::kRoot: return node(Form::kRoot);
      case Token::kExpref: return node(Form::kExpref, all(expression(power_of(Token::kExpref))));
      case Token::kNot: return node(Form::kNot, all(expression(power_of(Token::kNot))));
      case Token::kLparen: {
        Expression out = expression(0);
        match(Token::kRparen);
        return out;
      }
      case Token::kEOF: return fail("Incomplete expression");
      default: return fail("Invalid token: " + name_of(lexeme.token));
    }
  }

  Expression infix(Token token, Expression left) {
    const int power = power_of(token);
    switch (token) {
      case Token::kDot:
        if (current() != Token::kStar) return node(Form::kSubexpression, all(std::move(left), behind_dot(power)));
        ++at_;
        return node(Form::kValueProjection, all(std::move(left), projected(power)));
      case Token::kPipe: return node(Form::kPipe, all(std::move(left), expression(power)));
      case Token::kOr: return node(Form::kOr, all(std::move(left), expression(power)));
      case Token::kAnd: return node(Form::kAnd, all(std::move(left), expression(power)));
      case Token::kLparen: {
        if (left.form != Form::kField) return fail("Invalid node as function name.");
        Expression out = named(Form::kFunction, left.text);
        out.function = find_function(left.text);
        while (!error_ && current() != Token::kRparen) out.parts.push_back(listed());
        match(Token::kRparen);
        return out;
      }
      case Token::kFilter: return filter(std::move(left));
      case Token::kFlatten: return flatten(std::move(left));
      case Token::kPlus:
      case Token::kMinus:
      case Token::kStar:
      case Token::kMultiply:
      case Token::kDivide:
      case Token::kModulo:
      case Token::kDiv: return binary(Form::kArithmetic, token, std::move(left));
      case Token::kAssign: return node(Form::kBinding, all(std::move(left), expression(0)));
      case Token::kEQ:
      case Token::kNE:
      case Token::kGT:
      case Token::kGTE:
      case Token::kLT:
      case Token::kLTE: return binary(Form::kComparator, token, std::move(left));
      case Token::kLbracket:
        if (current() == Token::kNumber || current() == Token::kColon) return index(std::move(left));
        if (!match(Token::kStar) || !match(Token::kRbracket)) return {};
        return node(Form::kProjection, all(std::move(left), projected(power_of(Token::kStar))));
      default: return fail("Unexpected token: " + name_of(token));
    }
  }

  Expression named(Form form, std::string_view text) {
    Expression out = node(form);
    out.text = text;
    return out;
  }

  Expression binary(Form form, Token token, Expression left) {
    Expression out = node(form, all(std::move(left), expression(power_of(token))));
    out.token = token;
    return out;
  }

  Expression literal(const std::string& text) {
    if (std::string why = json::syntax_error(text); !why.empty()) return fail_plainly(std::move(why));
    auto parser = std::make_shared<json::Parser>();
    if (!parser->parse_any(text)) return fail_plainly("json: cannot unmarshal number " + number_out_of_range(text) + " into Go value of type float64");
    Expression out = node(Form::kLiteral);
    out.token = Token::kJSONLiteral;
    out.json = std::move(parser);
    return out;
  }

  // An expression and the comma that may follow it.
  Expression listed() {
    Expression out = expression(0);
    if (!error_ && current() == Token::kComma) ++at_;
    return out;
  }

  Expression let() {
    Expression bindings = node(Form::kBindings);
    const auto at_in = [&] { return current() == Token::kUnquotedIdentifier && peek(0).value == "in"; };
    while (!error_ && !at_in()) bindings.parts.push_back(listed());
    if (!error_) ++at_;
    return node(Form::kLet, all(std::move(bindings), expression(0)));
  }

  Expression index(Expression left) {
    Expression place;
    if (current() == Token::kColon || peek(1).token == Token::kColon) {
      place = slice();
    } else {
      place = node(Form::kIndex);
      place.numbers.push_back(take_number());
      match(Token::kRbracket);
    }
    if (error_) return {};
    const bool sliced = place.form == Form::kSlice;
    Expression out = node(Form::kIndexExpression, all(std::move(left), std::move(place)));
    if (!sliced) return out;
    return node(Form::kProjection, all(std::move(out), projected(power_of(Token::kStar))));
  }

  std::optional<int64_t> take_number() {
    const auto number = parse_atoi(peek(0).value);
    if (!number) fail_plainly(number.error().what);
    ++at_;
    return number.ok() ? std::optional(*number) : std::nullopt;
  }

  Expression slice() {
    Expression out = node(Form::kSlice);
    out.numbers.resize(3);
    for (size_t part = 0; !error_ && current() != Token::kRbracket;) {
      if (current() == Token::kColon) {
        if (++part == 3) return fail("Too many colons in slice expression");
        ++at_;
      } else if (current() == Token::kNumber) {
        out.numbers[part] = take_number();
      } else {
        return fail("Expected tColon or tNumber, received: " + name_of(current()));
      }
    }
    match(Token::kRbracket);
    return out;
  }

  Expression filter(Expression left) {
    Expression condition = expression(0);
    if (!match(Token::kRbracket)) return {};
    Expression right = current() == Token::kFlatten ? Expression() : projected(power_of(Token::kFilter));
    return node(Form::kFilterProjection, all(std::move(left), std::move(right), std::move(condition)));
  }

  Expression flatten(Expression left) {
    Expression flat = node(Form::kFlatten, all(std::move(left)));
    return node(Form::kProjection, all(std::move(flat), projected(power_of(Token::kFlatten))));
  }

  Expression multi_select_list() {
    Expression out = node(Form::kMultiSelectList);
    for (;;) {
      out.parts.push_back(expression(0));
      if (error_ || current() == Token::kRbracket || !match(Token::kComma)) break;
    }
    match(Token::kRbracket);
    return out;
  }

  Expression multi_select_hash() {
    Expression out = node(Form::kMultiSelectHash);
    while (!error_) {
      const Lexeme key = peek(0);
      if (key.token != Token::kUnquotedIdentifier && key.token != Token::kQuotedIdentifier)
        return fail("Expected tQuotedIdentifier or tUnquotedIdentifier");
      ++at_;
      if (!match(Token::kColon)) break;
      Expression pair = named(Form::kKeyValue, key.value);
      pair.parts.push_back(expression(0));
      out.parts.push_back(std::move(pair));
      if (error_) break;
      if (current() == Token::kComma) {
        ++at_;
      } else if (current() == Token::kRbrace) {
        ++at_;
        break;
      }
    }
    return out;
  }

  Expression behind_dot(int power) {
    switch (current()) {
      case Token::kQuotedIdentifier:
      case Token::kUnquotedIdentifier:
      case Token::kStar: return expression(power);
      case Token::kLbracket: ++at_; return multi_select_list();
      case Token::kLbrace: ++at_; return multi_select_hash();
      default: return fail("Expected identifier, lbracket, or lbrace");
    }
  }

  // What is applied to each element of a projection.
  Expression projected(int power) {
    if (error_ || power_of(current()) < 10) return {};
    if (current() == Token::kLbracket || current() == Token::kFilter) return expression(power);
    if (current() != Token::kDot) return fail("Error");
    ++at_;
    return behind_dot(power);
  }

  std::vector<Lexeme> lexemes_;
  size_t at_ = 0;
  int nesting_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Expression> parse_expression(std::string_view text) {
  auto lexemes = cut_tokens(text);
  if (!lexemes) return lexemes.error();
  if (lexemes->size() > kMaxLexemes) return Error{"SyntaxError: Expression is too long", "syntax"};
  return Parser(std::move(*lexemes)).run();
}

}  // namespace invar::jmespath
