#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "src/text/gotemplate/lexer.h"

namespace invar::gotemplate {

/// Ends the parsing. Does not leave parse_tree().
struct ParseError {
  std::string what;
  size_t at = 0;
};

/// Reads the tokens of one definition, can put up to three of them back, and names those that are out of place. The lexer is the same for all definitions of a template.
class TokenReader {
 public:
  /// Both stay the caller's; `name` is that of the whole template, for what is wrong.
  TokenReader(Lexer& lexer, const std::string& name) : lexer_(lexer), template_name_(name) {}

  Item next();
  const Item& peek();
  Item next_non_space();
  Item peek_non_space();
  /// Puts back the last token; or `first` and it; or `first`, `second` and it.
  void step_back() { ++ahead_; }
  void step_back2(const Item& first);
  void step_back3(const Item& second, const Item& first);

  /// An action begins in this line; 0: it is over.
  void set_action_line(int line) { action_line_ = line; }

  Item expect(Token type, std::string_view context);
  [[noreturn]] void fail(const std::string& what) const;
  [[noreturn]] void unexpected(const Item& token, std::string_view context) const;

 private:
  Lexer& lexer_;
  const std::string& template_name_;
  Item tokens_[3];
  int ahead_ = 0;
  int action_line_ = 0;
};

}  // namespace invar::gotemplate
