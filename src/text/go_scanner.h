#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace invar {

/// Cuts a text into Go tokens as the package text/scanner does with its default mode: names, numbers, 'c', "text", `raw`; comments are
/// skipped; anything else is a token of one rune. Positions and errors are that package's, quirks included: after next_rune() the
/// line is 0.
class GoScanner {
 public:
  enum class Kind : uint8_t { kEnd, kName, kNumber, kChar, kString, kRawString, kRune };
  using OnError = std::function<void(std::string_view message)>;

  GoScanner(std::string_view source, OnError on_error) : source_(source), on_error_(std::move(on_error)) {}

  Kind scan();
  /// The token that scan() found, as written.
  std::string_view text() const { return source_.substr(token_begin_, token_end_ - token_begin_); }
  /// The rune behind the token; kEndOfText at the end.
  int32_t peek();
  /// Takes that rune.
  void next_rune();

  /// Where the token begins: line and column from 1, columns count runes.
  int line() const { return token_line_; }
  int column() const { return token_column_; }

  static constexpr int32_t kEndOfText = -1;

 private:
  int32_t read();
  void fail(std::string_view message);
  void note_position();
  int32_t scan_name();
  int32_t scan_number(int32_t rune, bool seen_dot);
  int32_t scan_digits(int32_t rune, int base, int32_t* invalid, bool& any, bool& separators);
  int scan_quoted(int32_t quote);
  int32_t scan_escape(int32_t quote);
  int32_t scan_escape_digits(int32_t rune, int base, int count);
  void scan_raw();
  int32_t skip_comment(int32_t rune);

  std::string_view source_;
  OnError on_error_;
  size_t at_ = 0;              // behind ahead_
  size_t last_length_ = 0;     // of ahead_
  static constexpr int32_t kUnread = -2;
  int32_t ahead_ = kUnread;
  int line_ = 1, column_ = 0, last_line_length_ = 0;
  int token_line_ = 0, token_column_ = 0;
  size_t token_begin_ = 0, token_end_ = 0;
};

}  // namespace invar
