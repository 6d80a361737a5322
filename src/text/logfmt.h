#pragma once

#include <string>
#include <string_view>

namespace invar::logfmt {

/// Walks over the pairs of logfmt text as go-logfmt 0.6.1 does: `level=info msg="a \"b\"" flag`. Lines of the text are records; the first syntax
/// error ends the walk, what came before it counts. One per lane: its buffer is used again.
class Reader {
 public:
  /// Begins with `text`, which must outlive the walk.
  void begin(std::string_view text);
  /// The next pair; false at the end, or at an error.
  bool next();
  std::string_view key() const { return key_; }
  /// Empty for a key without one. A view of the text, or of this reader's buffer (unescaped) until next().
  std::string_view value() const { return value_; }
  bool value_is_buffered() const { return buffered_; }
  /// The walk ended at an error.
  bool failed() const { return failed_; }

 private:
  bool fail();
  bool read_key();
  bool read_value();
  bool read_quoted();

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::string_view key_, value_;
  bool buffered_ = false;
  bool failed_ = false;
  bool cut_ = false;  // behind end_ stands a line longer than the decoder takes
  std::string buffer_;
};

/// Appends what a JSON string literal between its quotes stands for, as go-logfmt unquotes it (\' is allowed, broken UTF-8 becomes U+FFFD). False when it
/// is malformed.
bool unescape(std::string_view literal, std::string& out);

}  // namespace invar::logfmt
