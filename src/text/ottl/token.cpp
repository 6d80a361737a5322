#include "src/text/ottl/token.h"

#include <algorithm>
#include <utility>

#include "src/base/quote.h"
#include "src/text/ascii.h"

namespace invar::ottl {
namespace {

constexpr size_t kLongestText = 64 * 1024;
constexpr size_t kSampleRunes = 16;  // of what a lexer error shows

constexpr std::pair<std::string_view, TokenType> kNames[] = {
    {"Bytes", TokenType::kBytes},           {"Float", TokenType::kFloat},         {"Int", TokenType::kInt},           {"String", TokenType::kString},
    {"Nil", TokenType::kNil},               {"OpNot", TokenType::kNot},           {"OpOr", TokenType::kOr},           {"OpAnd", TokenType::kAnd},
    {"OpComparison", TokenType::kComparison}, {"LambdaArrow", TokenType::kLambdaArrow}, {"OpAddSub", TokenType::kAddSub}, {"OpMultDiv", TokenType::kMultDiv},
    {"Boolean", TokenType::kBoolean},       {"Equal", TokenType::kEqual},         {"Uppercase", TokenType::kUppercase}, {"Lowercase", TokenType::kLowercase},
    {"Underscore", TokenType::kUnderscore},
};

constexpr std::pair<std::string_view, TokenType> kWords[] = {
    {"nil", TokenType::kNil}, {"not", TokenType::kNot}, {"or", TokenType::kOr}, {"and", TokenType::kAnd}, {"true", TokenType::kBoolean}, {"false", TokenType::kBoolean},
};

constexpr std::pair<std::string_view, TokenType> kSymbols[] = {
    {"==", TokenType::kComparison}, {"!=", TokenType::kComparison}, {">=", TokenType::kComparison}, {"<=", TokenType::kComparison}, {">", TokenType::kComparison},
    {"<", TokenType::kComparison},  {"=>", TokenType::kLambdaArrow}, {"+", TokenType::kAddSub},     {"-", TokenType::kAddSub},      {"/", TokenType::kMultDiv},
    {"*", TokenType::kMultDiv},     {"=", TokenType::kEqual},       {"(", TokenType::kLeftParen},   {")", TokenType::kRightParen},  {"{", TokenType::kLeftBrace},
    {"}", TokenType::kRightBrace},  {":", TokenType::kColon},       {",", TokenType::kPunct},       {".", TokenType::kPunct},       {"[", TokenType::kPunct},
    {"]", TokenType::kPunct},
};

using ascii::is_digit, ascii::is_lower, ascii::is_upper, ascii::is_word;
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

template <class Is>
size_t count_while(std::string_view text, size_t from, Is is) {
  size_t end = from;
  while (end < text.size() && is(text[end])) ++end;
  return end - from;
}

using Lexeme = std::pair<TokenType, size_t>;  // with its length; 0: none

/// 0xAB, 1.5e3, .5, 12
Lexeme number(std::string_view rest) {
  if (rest.starts_with("0x"))
    if (const size_t digits = count_while(rest, 2, is_hex)) return {TokenType::kBytes, 2 + digits};
  const size_t whole = count_while(rest, 0, is_digit);
  if (whole == rest.size() || rest[whole] != '.') return {TokenType::kInt, whole};
  const size_t fraction = count_while(rest, whole + 1, is_digit);
  if (whole == 0 && fraction == 0) return {TokenType::kFloat, 0};
  size_t length = whole + 1 + fraction;
  if (length < rest.size() && (rest[length] == 'e' || rest[length] == 'E')) {
    const size_t sign = length + 1 < rest.size() && (rest[length + 1] == '+' || rest[length + 1] == '-') ? 1 : 0;
    if (const size_t digits = count_while(rest, length + 1 + sign, is_digit)) length += 1 + sign + digits;
  }
  return {TokenType::kFloat, length};
}

/// Up to the next quote that has no backslash before it. A backslash before a new line belongs to no string.
Lexeme string(std::string_view rest) {
  for (size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '"') return {TokenType::kString, at + 1};
    if (rest[at] != '\\') continue;
    if (++at < rest.size() && rest[at] == '\n') break;
  }
  return {TokenType::kString, 0};
}

Lexeme word(std::string_view rest) {
  const size_t whole = count_while(rest, 0, is_word);
  for (const auto& [text, type] : kWords)
    if (rest.substr(0, whole) == text) return {type, whole};
  if (is_upper(rest[0])) return {TokenType::kUppercase, count_while(rest, 0, [](char c) { return is_upper(c) || is_digit(c) || c == '_'; })};
  if (is_lower(rest[0])) return {TokenType::kLowercase, count_while(rest, 0, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; })};
  return {TokenType::kUnderscore, whole == 1 ? 1 : 0};
}

Lexeme lexeme(std::string_view rest) {
  const char first = rest[0];
  if (is_digit(first) || first == '.')
    if (const Lexeme found = number(rest); found.second > 0) return found;
  if (first == '"') return string(rest);
  if (is_word(first)) return word(rest);
  for (const auto& [text, type] : kSymbols)
    if (rest.starts_with(text)) return {type, text.size()};
  return {TokenType::kEnd, 0};
}

/// What a string stands for. Escapes of bytes are runes here: participle appends what strconv.UnquoteChar gives as a rune.
bool unquote_string(std::string_view literal, std::string& out) {
  std::string_view rest = literal.substr(1, literal.size() - 2);
  while (!rest.empty()) {
    const auto taken = take_quoted_rune(rest);
    if (!taken) return false;
    append_rune(out, taken->rune);
  }
  return true;
}

std::string sample(std::string_view rest) {
  std::string shown;
  for (size_t runes = 0; !rest.empty(); ++runes) {
    if (runes == kSampleRunes) return shown + "...";
    size_t length;
    append_rune(shown, decode_rune(rest, length));
    rest.remove_prefix(length);
  }
  return shown;
}

}  // namespace

std::optional<TokenType> token_type(std::string_view name) {
  for (const auto& [known, type] : kNames)
    if (known == name) return type;
  return std::nullopt;
}

std::string position_prefix(std::string_view text, uint32_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;
  size_t column = 1;
  for (std::string_view rest = before.substr(line_start); !rest.empty(); ++column) {
    size_t length;
    decode_rune(rest, length);
    rest.remove_prefix(length);
  }
  return std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ":" + std::to_string(column) + ": ";
}

std::optional<SyntaxError> tokenize(std::string_view text, std::vector<Token>& tokens) {
    if (text.size() > kLongestText) return SyntaxError{{0, 1}, "the text is longer than " + std::to_string(kLongestText) + " bytes"};
  for (uint32_t at = 0; at < text.size();) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    const auto [type, length] = lexeme(text.substr(at));
    if (length == 0) return SyntaxError{{at, at + 1}, "lexer: invalid input text " + quoted(sample(text.substr(at)))};
    Token token{type, {at, at + static_cast<uint32_t>(length)}, std::string(text.substr(at, length))};
    if (type == TokenType::kString) {
      std::string value;
      if (!unquote_string(token.value, value)) return SyntaxError{token.at, "invalid quoted string " + quoted(token.value) + ": invalid syntax"};
      token.value = std::move(value);
    }
    at = token.at.end;
    tokens.push_back(std::move(token));
  }
  const auto end = static_cast<uint32_t>(text.size());
  tokens.push_back({TokenType::kEnd, {end, end}, "<EOF>"});
  return std::nullopt;
}

}  // namespace invar::ottl
