#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/text/json.h"

// Tokens and syntax tree of JMESPath, with the grammar and error texts of jmespath-community/go-jmespath.
namespace invar::jmespath {

enum class Token : uint8_t {
  kStar, kDot, kFilter, kFlatten, kLparen, kRparen, kLbracket, kRbracket, kLbrace, kRbrace, kOr, kPipe, kNumber, kUnquotedIdentifier,
  kQuotedIdentifier, kComma, kColon, kPlus, kMinus, kMultiply, kDivide, kModulo, kDiv, kLT, kLTE, kGT, kGTE, kEQ, kNE, kJSONLiteral,
  kStringLiteral, kCurrent, kRoot, kExpref, kAnd, kNot, kVarref, kAssign, kEOF,
};

struct Lexeme {
  Token token = Token::kEOF;
  std::string value;
};

enum class Form : uint8_t {
  kIdentity, kCurrent, kRoot, kField, kIndex, kIndexExpression, kSubexpression, kPipe, kSlice, kProjection, kValueProjection,
  kFilterProjection, kFlatten, kLiteral, kMultiSelectList, kMultiSelectHash, kKeyValue, kOr, kAnd, kNot, kComparator, kArithmetic,
  kUnary, kFunction, kExpref, kVariable, kLet, kBindings, kBinding,
};

struct Function;

/// One node of an expression. `text`: a field's, function's, variable's or key's name, or the content of a 'literal'; `token`: an
/// operator, or the kind of a literal; `numbers`: an index, or a slice's three parts; `json`: a `literal`, read; `function`: nullptr
/// where there is none of that name.
struct Expression {
  Form form = Form::kIdentity;
  Token token = Token::kEOF;
  std::string text;
  std::vector<std::optional<int64_t>> numbers;
  std::vector<Expression> parts;
  std::shared_ptr<const json::Parser> json;
  const Function* function = nullptr;
};

Result<std::vector<Lexeme>> cut_tokens(std::string_view text);
Result<Expression> parse_expression(std::string_view text);

}  // namespace invar::jmespath
