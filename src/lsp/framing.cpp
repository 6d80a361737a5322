#include "src/lsp/framing.h"

#include <algorithm>
#include <charconv>

#include "src/base/quote.h"

namespace invar::lsp {
namespace {

constexpr std::string_view kHeaderEnd = "\r\n\r\n", kLineEnd = "\r\n";
constexpr size_t kLongestHeader = 4096;

bool is_length_field(std::string_view name) {
  static constexpr std::string_view kName = "content-length";
  return std::equal(name.begin(), name.end(), kName.begin(), kName.end(), [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; });
}

std::optional<size_t> read_length(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(length) : std::nullopt;
}

}  // namespace

std::string framed(std::string_view message) { return "Content-Length: " + std::to_string(message.size()) + "\r\n\r\n" + std::string(message); }

void MessageReader::feed(std::string_view bytes) {
  if (begin_ > 0 && begin_ * 2 >= bytes_.size()) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_ += bytes;
}

bool MessageReader::fail(std::string why) {
  failure_ = std::move(why);
  return false;
}

bool MessageReader::read_header() {
  const std::string_view rest = std::string_view(bytes_).substr(begin_);
  const size_t end = rest.find(kHeaderEnd);
  if (end == std::string_view::npos) return rest.size() <= kLongestHeader || fail("a header without end");
  std::optional<size_t> length;
  for (size_t at = 0; at < end;) {
    const size_t line_end = std::min(rest.find(kLineEnd, at), end);
    const std::string_view line = rest.substr(at, line_end - at);
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail("no header field: " + quoted(line.substr(0, 80)));
    if (is_length_field(line.substr(0, colon))) {
      length = read_length(line.substr(colon + 1));
      if (!length) return fail("no length: " + quoted(line.substr(0, 80)));
    }
    at = line_end + kLineEnd.size();
  }
  if (!length) return fail("a header without Content-Length");
  begin_ += end + kHeaderEnd.size();
  if (*length > kLongestMessage) {
    to_skip_ = *length;
    ++passed_over_;
  } else {
    expected_ = *length;
  }
  return true;
}

std::optional<std::string> MessageReader::next() {
  while (failure_.empty()) {
    if (to_skip_ > 0) {
      const size_t skipped = std::min(to_skip_, bytes_.size() - begin_);
      begin_ += skipped;
      to_skip_ -= skipped;
      if (to_skip_ > 0) return std::nullopt;
    }
    if (expected_) {
      if (bytes_.size() - begin_ < *expected_) return std::nullopt;
      std::string message = bytes_.substr(begin_, *expected_);
      begin_ += *expected_;
      expected_.reset();
      return message;
    }
    const size_t before = begin_;
    if (!read_header() || begin_ == before) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace invar::lsp
