#include "src/text/gotemplate/token_reader.h"

namespace invar::gotemplate {

Item TokenReader::next() {
  if (ahead_ > 0)
    --ahead_;
  else
    tokens_[0] = lexer_.next_item();
  return tokens_[ahead_];
}

void TokenReader::step_back2(const Item& first) {
  tokens_[1] = first;
  ahead_ = 2;
}

void TokenReader::step_back3(const Item& second, const Item& first) {
  tokens_[1] = first;
  tokens_[2] = second;
  ahead_ = 3;
}

const Item& TokenReader::peek() {
  if (ahead_ > 0) return tokens_[ahead_ - 1];
  ahead_ = 1;
  return tokens_[0] = lexer_.next_item();
}

Item TokenReader::next_non_space() {
  Item token;
  do token = next();
  while (token.type == Token::kSpace);
  return token;
}

Item TokenReader::peek_non_space() {
  const Item token = next_non_space();
  step_back();
  return token;
}

void TokenReader::fail(const std::string& what) const {
  throw ParseError{"template: " + template_name_ + ":" + std::to_string(tokens_[0].line) + ": " + what, tokens_[0].at};
}

Item TokenReader::expect(Token type, std::string_view context) {
  const Item token = next_non_space();
  if (token.type != type) unexpected(token, context);
  return token;
}

void TokenReader::unexpected(const Item& token, std::string_view context) const {
  if (token.type != Token::kError) fail("unexpected " + token.shown() + " in " + std::string(context));
  std::string extra;
  if (action_line_ != 0 && action_line_ != token.line) {
    extra = " in action started at " + template_name_ + ":" + std::to_string(action_line_);
    if (token.text.ends_with(" action")) extra.erase(0, std::string_view(" in action").size());
  }
  fail(token.shown() + extra);
}

}  // namespace invar::gotemplate
