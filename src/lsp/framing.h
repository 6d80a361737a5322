#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace invar::lsp {

/// A message with its header, as LSP's base protocol sends it.
std::string framed(std::string_view message);

/// Cuts the bytes of a client into messages: `Content-Length: N`, other header fields, an empty line, N bytes.
class MessageReader {
 public:
  /// Longer messages are passed over.
  static constexpr size_t kLongestMessage = 64u << 20;

  void feed(std::string_view bytes);
  /// The next whole message; nullopt until more bytes come, and for ever once failed() says so.
  std::optional<std::string> next();
  /// What comes is no header: there is no way to find the next message. Empty while all is well.
  const std::string& failure() const { return failure_; }
  /// How many messages were too long.
  size_t passed_over() const { return passed_over_; }

 private:
  bool read_header();
  bool fail(std::string why);

  std::string bytes_;
  size_t begin_ = 0;                // of what was not taken yet
  std::optional<size_t> expected_;  // bytes of the message whose header was read
  size_t to_skip_ = 0;              // bytes of a message that is too long
  size_t passed_over_ = 0;
  std::string failure_;
};

}  // namespace invar::lsp
