#include "src/components/loki/source/syslog/framing.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "src/base/quote.h"
#include "src/text/ascii.h"

namespace invar::loki_source_syslog {
namespace {

/// Lines and raw messages have no limit in Alloy; here nobody fills the memory with one.
constexpr size_t kMostLine = 16u << 20;
constexpr size_t kMostDigits = 19;

/// A byte as Go's %q prints one.
std::string quoted_byte(char c) {
  std::string rune, text;
  append_rune(rune, static_cast<unsigned char>(c));
  append_quoted(text, rune);
  if (text == "\"\\\"\"") return "'\"'";
  if (text == "\"'\"") return "'\\''";
  text.front() = text.back() = '\'';
  return text;
}

/// A token as the library's scanner names it.
std::string token_of(std::string_view bytes, size_t at) {
  if (at >= bytes.size() || bytes[at] == '\0') return "EOF";
  if (bytes[at] == ' ') return "WS";
  if (bytes[at] == '\n') return "LF(\n)";
  return "ILLEGAL(" + std::string(1, bytes[at]) + ")";
}

}  // namespace

Frame Framing::bad(Frame::Kind kind, std::string why, size_t used, Mode next) {
  mode_ = next;
  over_ = !goes_on_;
  after_message_ = after_break_ = false;
  return {.kind = kind, .text = {}, .used = used, .why = std::move(why)};
}

Frame Framing::next(std::string_view bytes, End end) {
  if (over_) return {.used = bytes.size(), .why = {}};
  if (bytes.empty() && !(mode_ == Mode::kLengths && end == End::kClosed)) return {};
  switch (mode_) {
    case Mode::kStart: return start(bytes, end);
    case Mode::kLines: return line(bytes, end);
    case Mode::kLengths: return with_length(bytes, end);
    case Mode::kLost: return find_again(bytes, end);
    case Mode::kLoneLine: return lone_line(bytes, end);
    case Mode::kSkipLine: return skip_line(bytes);
  }
  return {};
}

Frame Framing::start(std::string_view bytes, End end) {
  if (goes_on_ && (bytes[0] == '\n' || bytes[0] == '\r')) return {.used = 1, .why = {}};
  if (bytes[0] == '<') {
    mode_ = Mode::kLines;
    return line(bytes, end);
  }
  if (ascii::is_digit(bytes[0])) {
    mode_ = Mode::kLengths;
    return with_length(bytes, end);
  }
  return bad(Frame::Kind::kNoSyslog, "invalid or unsupported framing. first byte: " + quoted_byte(bytes[0]), 0, Mode::kSkipLine);
}

Frame Framing::skip_line(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return {.used = bytes.size(), .why = {}};
  mode_ = Mode::kStart;
  return {.used = end + 1, .why = {}};
}

Frame Framing::line(std::string_view bytes, End end) {
  const auto message = [&](size_t length, size_t used) {
    looked_at_ = 0;
    return Frame{.kind = Frame::Kind::kMessage, .text = bytes.substr(0, length), .used = used, .why = {}};
  };
  while (true) {
    const size_t whole = looked_at_;  // up to the last line break seen
    if (whole > 0 && whole == bytes.size()) return end == End::kOpen ? Frame{} : message(whole - 1, whole);
    if (whole > 0 && bytes[whole] == '<') return message(whole - 1, whole);
    const size_t at = bytes.find('\n', whole);
    if (at == std::string_view::npos) break;
    looked_at_ = at + 1;
  }
  // What stands behind the last line break is a message of its own, as in Alloy.
  if (end == End::kClosed) return looked_at_ > 0 ? message(looked_at_ - 1, looked_at_) : message(bytes.size(), bytes.size());
  if (bytes.size() <= kMostLine) return {};
  looked_at_ = 0;
  return bad(Frame::Kind::kBad, "message without an end within " + std::to_string(kMostLine) + " bytes", bytes.size(), Mode::kSkipLine);
}

Frame Framing::with_length(std::string_view bytes, End end) {
  if (skip_ > 0) {
    const size_t used = std::min<uint64_t>(skip_, bytes.size());
    skip_ -= used;
    return {.used = used, .why = {}};
  }
  if (bytes.empty()) {
    if (std::exchange(after_break_, false)) return bad(Frame::Kind::kBad, "found EOF, expecting a MSGLEN", 0, Mode::kLengths);
    return {};
  }
  // Some senders put a line break behind each message; Alloy takes one.
  if (bytes[0] == '\n' && (after_message_ || (goes_on_ && after_break_))) {
    after_message_ = false;
    after_break_ = true;
    return {.used = 1, .why = {}};
  }
  if (bytes[0] == '\0' && after_message_) return over_ = !goes_on_, Frame{.used = 1, .why = {}};
  const std::string_view digits = bytes.substr(0, std::min(bytes.find_first_not_of("0123456789"), bytes.size()));
  if (digits.empty() || digits[0] == '0') return bad(Frame::Kind::kBad, "found " + token_of(bytes, 0) + ", expecting a MSGLEN", 0, Mode::kLost);
  uint64_t length = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (read.ec != std::errc()) {
    in_length_ = true;
    return bad(Frame::Kind::kBad, "invalid message length", digits.size(), Mode::kLost);
  }
  const size_t at = digits.size();
  if (at == bytes.size() && end != End::kClosed) return {};
  if (length > most_) {
    auto frame = bad(Frame::Kind::kBad, "message length (" + std::to_string(length) + ") exceeds maximum length (" + std::to_string(most_) + ")", at, Mode::kLengths);
    if (length <= kMostLine && token_of(bytes, at) == "WS") skip_ = length + 1;
    else mode_ = Mode::kLost;
    return frame;
  }
  if (token_of(bytes, at) != "WS") return bad(Frame::Kind::kBad, "found " + token_of(bytes, at) + ", expecting a WS", at, Mode::kLost);
  return body(bytes, at + 1, static_cast<size_t>(length), end);
}

/// Behind a length and its blank.
Frame Framing::body(std::string_view bytes, size_t at, size_t length, End end) {
  if (at == bytes.size() && end != End::kClosed) return {};
  const auto expected = [&](const std::string& token, std::string_view literal) {
    return "found " + token + " after \"" + std::string(literal) + "\", expecting a SYSLOGMSG containing " + std::to_string(length) + " octets";
  };
  if (at == bytes.size() || bytes[at] != '<') {
    const std::string token = token_of(bytes, at);
    const std::string_view literal = token == "EOF" ? std::string_view() : bytes.substr(at, 1);
    if (literal.size() >= length) return bad(Frame::Kind::kBad, expected(token, literal), at, Mode::kLost);
    Frame frame = bad(Frame::Kind::kCut, expected(token, literal), at, Mode::kLost);
    frame.text = literal;
    return frame;
  }
  const std::string_view rest = bytes.substr(at);
  if (rest.size() < length) {
    if (end != End::kClosed) return {};
    Frame frame = bad(Frame::Kind::kCut, expected("EOF", rest), bytes.size(), Mode::kLost);
    frame.text = rest;
    frame.counted = true;
    return frame;
  }
  after_message_ = true;
  after_break_ = false;
  return {.kind = Frame::Kind::kMessage, .text = rest.substr(0, length), .used = at + length, .counted = true, .why = {}};
}

/// After an error among messages with lengths: the next one is where a `<` is, or the length in front of it.
Frame Framing::find_again(std::string_view bytes, End end) {
  if (in_length_) {
    const size_t digits = std::min(bytes.find_first_not_of("0123456789"), bytes.size());
    in_length_ = digits == bytes.size();
    if (digits > 0) return {.used = digits, .why = {}};
  }
  const size_t found = bytes.find('<');
  if (found == std::string_view::npos) return {.used = end == End::kClosed ? bytes.size() : bytes.size() - std::min(bytes.size(), kMostDigits + 1), .why = {}};
  size_t from = found;
  if (from > 0 && bytes[from - 1] == ' ')
    for (--from; from > 0 && found - from <= kMostDigits && ascii::is_digit(bytes[from - 1]);) --from;
  const bool announced = from + 1 < found && bytes[from] != '0';
  if (!announced) from = found;
  mode_ = announced ? Mode::kLengths : Mode::kLoneLine;
  Frame frame = announced ? with_length(bytes.substr(from), end) : lone_line(bytes.substr(from), end);
  frame.used += from;
  return frame;
}

Frame Framing::lone_line(std::string_view bytes, End end) {
  const size_t at = bytes.find('\n');
  if (at == std::string_view::npos && end == End::kOpen && bytes.size() <= kMostLine) return {};
  mode_ = Mode::kLengths;
  after_message_ = true;
  after_break_ = false;
  return {.kind = Frame::Kind::kMessage, .text = bytes.substr(0, at), .used = at == std::string_view::npos ? bytes.size() : at + 1, .why = {}};
}

Frame RawFraming::bad(std::string why) {
  over_ = true;
  return {.kind = Frame::Kind::kBad, .text = {}, .why = std::move(why)};
}

Frame RawFraming::next(std::string_view bytes, Framing::End end) {
  if (over_) return {.used = bytes.size(), .why = {}};
  if (bytes.empty()) return {};
  if (ascii::is_digit(bytes[0])) return with_length(bytes, end);
  const size_t at = bytes.find(delimiter_, looked_at_);
  if (at == std::string_view::npos && end != Framing::End::kClosed) {
    if (bytes.size() > kMostLine) return bad("message without an end within " + std::to_string(kMostLine) + " bytes");
    looked_at_ = bytes.size();
    return {};
  }
  looked_at_ = 0;
  const size_t used = at == std::string_view::npos ? bytes.size() : at + 1;
  return {.kind = Frame::Kind::kMessage, .text = bytes.substr(0, used), .used = used, .why = {}};
}

Frame RawFraming::with_length(std::string_view bytes, Framing::End end) {
  const bool closed = end == Framing::End::kClosed;
  const size_t blank = bytes.find(' ', looked_at_);
  if (blank == std::string_view::npos) {
    if (closed) return bad("failed to read octet length header: EOF (read: " + quoted(bytes) + ")");
    looked_at_ = bytes.size();
    return bytes.size() > kMostLine ? bad("message without an end within " + std::to_string(kMostLine) + " bytes") : Frame{};
  }
  const std::string_view digits = bytes.substr(0, blank);
  uint64_t length = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  const auto unreadable = [&](std::string_view why) {
    return bad("failed to read octet length header: failed to parse octet length from " + quoted(digits) + ": strconv.Atoi: parsing " + quoted(digits) + ": " + std::string(why));
  };
  if (read.ptr != digits.data() + digits.size()) return unreadable("invalid syntax");
  if (read.ec != std::errc() || length > INT64_MAX) return unreadable("value out of range");
  if (length == 0) return bad("empty buffer returned (expected: 0)");
  if (length > kMostLine) return bad("message length (" + std::to_string(length) + ") exceeds maximum length (" + std::to_string(kMostLine) + ")");
  const std::string_view rest = bytes.substr(blank + 1);
  if (rest.size() < length) {
    if (!closed) return {};
    return bad(std::string("cannot read message: ") + (rest.empty() ? "EOF" : "unexpected EOF") + " (length: " + std::to_string(length) + ")");
  }
  looked_at_ = 0;
  return {.kind = Frame::Kind::kMessage, .text = rest.substr(0, length), .used = blank + 1 + length, .counted = true, .why = {}};
}

}  // namespace invar::loki_source_syslog
