#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace invar::loki_push {

/// Walks JSON as Go's json-iterator does when it reads from a stream of 512-byte blocks: what it takes, what it refuses, and how it words that. Keeps the first
/// error only.
class JsonFrame {
 public:
  explicit JsonFrame(std::string_view text);

  /// The next byte that is not white space, taken; 0 at the end.
  char next_token();
  void unread();
  /// Steps over one value, of any kind.
  void skip();
  /// True when there is a first member to read.
  bool object_start();
  /// A member's name with its colon, in small letters; nullopt with an error.
  std::optional<std::string> field_name();
  /// After a member: whether the object ends here.
  bool object_end();
  void expect(std::string_view rest, std::string_view operation);
  void report(std::string_view operation, const std::string& message);
  /// Puts `prefix` in front of the error, if there is one.
  void wrap(std::string_view prefix);

  bool failed() const { return error_.has_value(); }
  const std::string& error() const { return *error_; }
  size_t position() const { return head_; }
  std::string_view text() const { return text_; }
  bool enter();
  void leave() { --depth_; }

 private:
  bool load_more();
  char read_byte();
  void skip_string();
  void skip_number();
  void skip_array();
  void skip_object();
  void read_string();
  void escaped();

  const std::string_view text_;
  size_t head_ = 0, begin_ = 0, tail_ = 0;  // of the block
  bool at_end_ = false;
  int depth_ = 0;
  std::optional<std::string> error_;
};

}  // namespace invar::loki_push
