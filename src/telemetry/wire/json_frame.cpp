#include "src/telemetry/wire/json_frame.h"

#include <algorithm>

namespace invar::loki_push {
namespace {

constexpr size_t kBlock = 512;
constexpr int kMaxDepth = 10'000;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

JsonFrame::JsonFrame(std::string_view text) : text_(text) { load_more(); }

bool JsonFrame::load_more() {
  if (tail_ >= text_.size()) return at_end_ = true, false;
  begin_ = head_ = tail_;
  tail_ = std::min(text_.size(), begin_ + kBlock);
  return true;
}

char JsonFrame::next_token() {
  while (true) {
    for (size_t i = head_; i < tail_; ++i) {
      if (is_space(text_[i])) continue;
      head_ = i + 1;
      return text_[i];
    }
    if (!load_more()) return 0;
  }
}

char JsonFrame::read_byte() {
  if (head_ == tail_ && !load_more()) return 0;
  return text_[head_++];
}

void JsonFrame::unread() {
  if (!error_ && !at_end_) --head_;
}

void JsonFrame::report(std::string_view operation, const std::string& message) {
  if (error_) return;
  const auto around = [this](size_t distance) {
    const size_t from = head_ - begin_ > distance ? head_ - distance : begin_;
    return text_.substr(from, std::min(head_ + distance, tail_) - from);
  };
  error_ = std::string(operation) + ": " + message + ", error found in #" + std::to_string(std::min<size_t>(head_ - begin_, 10)) + " byte of ...|";
  error_->append(around(10)).append("|..., bigger context ...|").append(around(50)).append("|...");
}

void JsonFrame::wrap(std::string_view prefix) {
  if (error_) error_->insert(0, prefix);
}

bool JsonFrame::enter() {
  if (++depth_ <= kMaxDepth) return true;
  report("incrementDepth", "exceeded max depth");
  return false;
}

void JsonFrame::expect(std::string_view rest, std::string_view operation) {
  for (const char c : rest)
    if (read_byte() != c) return report(operation, "expect " + std::string(rest));
}

bool JsonFrame::object_start() {
  const char c = next_token();
  if (c == '{') {
    if (next_token() == '}') return false;
    unread();
    return true;
  }
  if (c == 'n') {
    expect("ull", "skipThreeBytes");
    return false;
  }
  report("readObjectStart", std::string("expect { or n, but found ") + c);
  return false;
}

std::optional<std::string> JsonFrame::field_name() {
  char c = next_token();
  if (c != '"') return report("readFieldHash", std::string("expect \", but found ") + c), std::nullopt;
  std::string name;
  while (true) {
    if (head_ == tail_ && !load_more()) return report("readFieldHash", "incomplete field name"), std::nullopt;
    c = text_[head_++];
    if (c == '"') break;
    if (c == '\\') {
      // Escaped names are read on another path, and are not those we look for unless they spell them: the escape is what they begin to differ with.
      name += c;
      escaped();
      if (error_) return std::nullopt;
      continue;
    }
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  c = next_token();
  if (c != ':') return report("readFieldHash", std::string("expect :, but found ") + c), std::nullopt;
  return name;
}

bool JsonFrame::object_end() {
  const char c = next_token();
  if (c == ',') return false;
  if (c != '}') report("isObjectEnd", std::string("object ended prematurely, unexpected char ") + c);
  return true;
}

void JsonFrame::skip() {
  const char c = next_token();
  switch (c) {
    case '"': return skip_string();
    case 'n': return expect("ull", "skipThreeBytes");
    case 't': return expect("rue", "skipThreeBytes");
    case 'f': return expect("alse", "skipFourBytes");
    case '[': return skip_array();
    case '{': return skip_object();
    default: break;
  }
  if (c == '-' || is_digit(c)) return skip_number();
  report("Skip", "do not know how to skip: " + std::to_string(static_cast<unsigned char>(c)));
}

/// The quote has been taken.
void JsonFrame::skip_string() {
  for (size_t i = head_; i < tail_; ++i) {
    const char c = text_[i];
    if (c == '"') {
      head_ = i + 1;
      return;
    }
    if (c == '\\') break;
    if (static_cast<unsigned char>(c) < ' ')
      return report("trySkipString", "invalid control character found: " + std::to_string(static_cast<unsigned char>(c)));
  }
  read_string();
}

/// The careful way, also over the end of a block; the quote has been taken.
void JsonFrame::read_string() {
  while (!error_) {
    if (head_ == tail_ && !load_more()) return report("readStringSlowPath", "unexpected end of input");
    const char c = text_[head_++];
    if (c == '"') return;
    if (c == '\\') escaped();
  }
}

void JsonFrame::escaped() {
  const char c = read_byte();
  if (c != 'u') {
    if (c == 0 || std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      if (!at_end_) report("readEscapedChar", "invalid escape char after \\");
    }
    return;
  }
  for (int i = 0; i < 4; ++i) {
    const char digit = read_byte();
    if (at_end_ && digit == 0) return;
    if (!is_digit(digit) && !(digit >= 'a' && digit <= 'f') && !(digit >= 'A' && digit <= 'F'))
      return report("readU4", std::string("expects 0~9 or a~f, but found ") + digit);
  }
}

/// The first byte has been taken.
void JsonFrame::skip_number() {
  const char first = text_[head_ - 1];
  const size_t from = head_;
  bool dot = false, exponent = false;
  size_t digits = is_digit(first) ? 1 : 0;
  while (head_ < text_.size()) {
    if (head_ == tail_ && !load_more()) break;
    const char c = text_[head_];
    if (is_digit(c)) {
      ++digits;
    } else if (c == '.' && !dot && !exponent) {
      dot = true;
      const bool followed = head_ + 1 < text_.size() && is_digit(text_[head_ + 1]);
      if (!followed) return report("validateNumber", "missing digit after dot");
    } else if (c == '.') {
      return report("validateNumber", "more than one dot found in number");
    } else if ((c == 'e' || c == 'E') && !exponent && digits > 0) {
      exponent = true;
      if (head_ + 1 < text_.size() && (text_[head_ + 1] == '+' || text_[head_ + 1] == '-')) ++head_;
    } else {
      break;
    }
    ++head_;
  }
  if (digits == 0) return report("readFloat64", "empty number");
  if (first == '0' && head_ > from && is_digit(text_[from])) report("readFloat32", "leading zero is invalid");
}

void JsonFrame::skip_array() {
  if (!enter()) return;
  char c = next_token();
  if (c != ']') {
    unread();
    do {
      skip();
      if (error_) return;
      c = next_token();
    } while (c == ',');
    if (c != ']') report("ReadArrayCB", std::string("expect ] in the end, but found ") + c);
  }
  leave();
}

void JsonFrame::skip_object() {
  if (!enter()) return;
  char c = next_token();
  if (c == '"') {
    while (true) {
      read_string();
      c = next_token();
      if (c != ':') return report("ReadObject", std::string("expect : after object field, but found ") + c);
      skip();
      if (error_) return;
      c = next_token();
      if (c != ',') break;
      c = next_token();
      if (c != '"') return report("ReadString", std::string("expects \" or n, but found ") + c);
    }
    if (c != '}') report("ReadObjectCB", "object not ended with }");
  } else if (c != '}') {
    report("ReadObjectCB", std::string("expect \" after {, but found ") + c);
  }
  leave();
}

}  // namespace invar::loki_push
