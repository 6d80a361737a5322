#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/parser/ast.h"

namespace invar {

/// One word of the language: the bytes [begin, end) of the text. A kTerminator stands where its statement ends and has no bytes.
struct Token {
  ast::TokenKind kind = ast::TokenKind::kEof;
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// How messages name a kind of token (`IDENT`, `+`, `TERMINATOR`).
std::string_view token_name(ast::TokenKind kind);

/// The text that goes with a token: as written for words, literals and comments, nothing for operators.
std::string token_literal(const Token& token, std::string_view text);

/// Something that is no token at all, found at a byte of the text.
struct ScanError {
  uint32_t offset = 0;
  std::string message;
};

/// Cuts a text into tokens, with comments as tokens of their own and terminators where a line ends a statement. Never stops at bad
/// input: it reports and goes on, as syntax/scanner does. At the end of the text it yields kEof for ever. Does not own the text.
class Scanner {
 public:
  Scanner(std::string_view text, std::vector<ScanError>& errors);
  Token next();

 private:
  void advance();
  /// As advance(), until a character for which `plain`, which is true of ASCII without NUL only, is false.
  template <class Plain>
  void advance_over(Plain plain);
  char peek() const { return read_offset_ < text_.size() ? text_[read_offset_] : '\0'; }
  void report(size_t offset, std::string message) { errors_.push_back({static_cast<uint32_t>(offset), std::move(message)}); }
  void skip_blanks();
  bool comment_ends_line();
  ast::TokenKind read_identifier(size_t begin);
  ast::TokenKind read_number();
  ast::TokenKind read_operator(int32_t first, size_t begin, bool& ends_statement);
  size_t read_digits();
  void read_string(int32_t quote);
  void read_escape();
  void read_code_point(int digits, uint32_t base, uint32_t largest, size_t begin);
  void read_comment();
  void expect_twin(int32_t rune);
  ast::TokenKind either(ast::TokenKind alone, ast::TokenKind with_equals);

  std::string_view text_;
  std::vector<ScanError>& errors_;
  int32_t rune_ = -1;         // the rune at offset_; -1 at the end of the text
  size_t offset_ = 0;
  size_t read_offset_ = 0;    // behind rune_
  bool may_terminate_ = false;  // a newline here ends a statement
};

/// A comment as the tree holds it: without the carriage returns that line ends left in it.
std::string comment_text(std::string_view raw);

}  // namespace invar
