#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace invar::gotemplate {

/// Kinds of tokens, in the order that text/template/parse has them: all from kBlock on are keywords.
enum class Token : uint8_t {
  kError,
  kBool,
  kChar,
  kCharConstant,
  kComplex,
  kAssign,
  kDeclare,
  kEnd,  ///< of the text
  kField,
  kIdentifier,
  kLeftDelim,
  kLeftParen,
  kNumber,
  kPipe,
  kRawString,
  kRightDelim,
  kRightParen,
  kSpace,
  kString,
  kText,
  kVariable,
  kBlock,
  kBreak,
  kContinue,
  kDot,
  kDefine,
  kElse,
  kEndWord,
  kIf,
  kNil,
  kRange,
  kTemplate,
  kWith,
};

/// A token and where it begins. `text` is a view of the template, or of the lexer's error.
struct Item {
  Token type = Token::kEnd;
  size_t at = 0;
  std::string_view text;
  int line = 1;

  /// As error texts of the parser name it.
  std::string shown() const;
};

/// Cuts a template into tokens as text/template/parse does, delimiters {{ and }}. After an error only kEnd comes.
class Lexer {
 public:
  explicit Lexer(std::string_view input) : input_(input) {}
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  Item next_item();

 private:
  static constexpr int32_t kEndOfText = -1;

  int32_t next();
  void step_back();
  int32_t peek();
  std::string_view rest() const { return input_.substr(at_); }
  void emit(Token type);
  void ignore();
  void fail(std::string message);
  bool accept(std::string_view valid);
  void accept_run(std::string_view valid);
  void count_lines(size_t begin, size_t end);

  bool lex_text();
  bool lex_left_delim();
  bool lex_comment();
  void lex_right_delim();
  void lex_inside_action();
  bool lex_punctuation(int32_t rune);
  void lex_space();
  void lex_identifier();
  void lex_field_or_variable(Token type);
  void lex_quoted(char quote, Token type, std::string_view error);
  void lex_raw_string();
  void lex_number();
  bool scan_number();
  bool at_terminator();
  bool at_right_delim(bool& trims) const;

  std::string_view input_;
  size_t at_ = 0, start_ = 0;
  bool at_end_ = false;
  int paren_depth_ = 0;
  int line_ = 1, start_line_ = 1;
  bool inside_action_ = false;
  Item item_;
  std::string error_;
};

}  // namespace invar::gotemplate
