#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace invar::ottl {

/// Bytes [begin, end) of a text.
struct Extent {
  uint32_t begin = 0, end = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// In the order in which the rules are tried; the first that matches wins. Names are chains of kUppercase and kLowercase.
enum class TokenType : uint8_t {
  kBytes, kFloat, kInt, kString, kNil, kNot, kOr, kAnd, kComparison, kLambdaArrow, kAddSub, kMultDiv, kBoolean, kEqual, kLeftParen, kRightParen,
  kLeftBrace, kRightBrace, kColon, kPunct, kUppercase, kLowercase, kUnderscore, kEnd,
};

/// The name of a type in the grammar; nullopt when there is none.
std::optional<TokenType> token_type(std::string_view name);

struct Token {
  TokenType type;
  Extent at;
  std::string value;  // as written; of a string, what it stands for
};

/// A place in a text that is wrong, in the words of participle, the parser of OpenTelemetry's collector: `lexer: invalid input text "'x')"`.
struct SyntaxError {
  Extent at;
  std::string text;
};

/// `line:column: ` of a byte, both from 1, columns in runes.
std::string position_prefix(std::string_view text, uint32_t offset);

/// Splits a text; the last token is kEnd. Refuses what belongs to no token, malformed strings, and texts beyond our own limit of size.
std::optional<SyntaxError> tokenize(std::string_view text, std::vector<Token>& tokens);

}  // namespace invar::ottl
