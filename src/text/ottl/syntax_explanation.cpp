#include "src/text/ottl/syntax_explanation.h"

#include <algorithm>
#include <utility>

namespace invar::ottl {
namespace {

struct Explanation {
  std::string_view begins;  // what stands there
  std::string_view reason, help;
};

// Of what belongs to no token.
constexpr Explanation kForeign[] = {
    {"'", "a text in single quotes", "write it in double quotes"},
    {"`", "a text in backquotes", "write it in double quotes"},
    {"\"", "the string is not closed", ""},
    {"&&", "there is no && in OTTL", "write and"},
    {"||", "there is no || in OTTL", "write or"},
    {"!", "there is no ! in OTTL", "write not"},
};

bool is_bracket(const Token& token, std::string_view brackets) {
  return token.type != TokenType::kString && token.value.size() == 1 && brackets.find(token.value) != std::string_view::npos;
}

/// The innermost bracket that is open at the end, or the first that closes none.
const Token* unbalanced(const std::vector<Token>& tokens) {
  std::vector<const Token*> open;
  for (const Token& token : tokens) {
    if (is_bracket(token, "([{")) open.push_back(&token);
    if (!is_bracket(token, ")]}")) continue;
    const std::string_view pair = token.value == ")" ? "(" : token.value == "]" ? "[" : "{";
    if (open.empty()) return &token;
    if (open.back()->value != pair) return open.back();
    open.pop_back();
  }
  return open.empty() ? nullptr : open.back();
}

/// The first escape that Go's strings do not have; without extent when there is none.
Extent unknown_escape(std::string_view text, Extent string) {
  for (uint32_t at = string.begin + 1; at + 1 < string.end; ++at) {
    if (text[at] != '\\') continue;
    if (std::string_view("abfnrtv\\\"xuU01234567").find(text[at + 1]) == std::string_view::npos) return {at, at + 2};
    ++at;
  }
  return {string.begin, string.begin};
}

std::string word(const Token& token) { return token.type == TokenType::kEnd ? "the end" : token.value; }

}  // namespace

ParseError explain(std::string_view text, const std::vector<Token>& tokens, const SyntaxError& error) {
  ParseError found{error.at, {}, error.text, {}};
  const auto say = [&](Extent at, std::string reason, std::string_view help) {
    found.at = at;
    found.reason = std::move(reason);
    found.help = help;
    return found;
  };
  const bool whole = !tokens.empty() && tokens.back().type == TokenType::kEnd;
  if (!whole) {
    const std::string_view rest = text.substr(std::min<size_t>(error.at.begin, text.size()));
    if (error.text.starts_with("invalid quoted string")) {
      const Extent escape = unknown_escape(text, error.at);
      if (escape.begin == escape.end) return found;
      return say(escape, "a string has no escape " + std::string(text.substr(escape.begin, 2)), "a backslash is written twice");
    }
    for (const Explanation& foreign : kForeign)
      if (rest.starts_with(foreign.begins)) {
        const uint32_t length = foreign.begins == "\"" ? static_cast<uint32_t>(rest.size()) : static_cast<uint32_t>(foreign.begins.size());
        return say({error.at.begin, error.at.begin + length}, std::string(foreign.reason), foreign.help);
      }
    return found;
  }
  if (const Token* bracket = unbalanced(tokens))
    return say(bracket->at, is_bracket(*bracket, "([{") ? bracket->value + " is not closed" : bracket->value + " closes nothing", "");
  const auto at = std::find_if(tokens.begin(), tokens.end(), [&](const Token& token) { return token.at == error.at; });
  if (at == tokens.end() || !error.text.starts_with("unexpected token")) return found;
  found.reason = "unexpected " + word(*at);
  if (at->type == TokenType::kEqual) found.help = "equality is written ==";
  else if (error.text.find("(expected <opcomparison> Value)") != std::string::npos) found.help = "a value alone is no condition: compare it with something";
  return found;
}

}  // namespace invar::ottl
