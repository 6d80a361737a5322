#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace invar::loki_source_syslog {

/// What the front of a stream holds.
struct Frame {
  enum class Kind : uint8_t {
    kMore,      // no whole message yet (at the end: none is left)
    kMessage,   // `text`
    kCut,       // `text` is what came of a message whose announced length is longer; `why`, if it can be parsed all the same
    kBad,       // `why`; how far the damage goes is left out
    kNoSyslog,  // `why`: neither a priority nor a length
  };
  Kind kind = Kind::kMore;
  std::string_view text;
  size_t used = 0;       // bytes to take off the front
  bool counted = false;  // its length was announced: line breaks belong to it
  std::string why;
};

/// Cuts a stream of bytes into syslog messages (RFC 6587): lines, or messages with their length in front, as its first byte tells. A line that does not begin with `<`
/// goes on with the message before it, which therefore ends only when the next one begins. What cannot be read is skipped up to where a message may begin.
class Framing {
 public:
  enum class End : uint8_t { kOpen, kQuiet, kClosed };
  /// `most`: bytes of a message with its length in front. `goes_on`: after an error there may be further messages: streams, not datagrams.
  Framing(size_t most, bool goes_on) : most_(most), goes_on_(goes_on) {}

  /// Looks at all bytes that are not used yet. kQuiet: nothing has come for a while, so a message that ends with a line break has ended. kClosed: they are the last.
  Frame next(std::string_view bytes, End end);
  /// After an error of a datagram: the rest is left out.
  bool over() const { return over_; }

 private:
  enum class Mode : uint8_t { kStart, kLines, kLengths, kLost, kLoneLine, kSkipLine };
  Frame start(std::string_view bytes, End end);
  Frame line(std::string_view bytes, End end);
  Frame with_length(std::string_view bytes, End end);
  Frame body(std::string_view bytes, size_t at, size_t length, End end);
  Frame find_again(std::string_view bytes, End end);
  Frame lone_line(std::string_view bytes, End end);
  Frame skip_line(std::string_view bytes);
  Frame bad(Frame::Kind kind, std::string why, size_t used, Mode next);

  const size_t most_;
  const bool goes_on_;
  Mode mode_ = Mode::kStart;
  size_t looked_at_ = 0;   // bytes of an unfinished line
  uint64_t skip_ = 0;      // bytes of a message that is too long
  bool after_message_ = false, after_break_ = false;  // where a message with its length may begin: behind one; behind a line break
  bool in_length_ = false;  // of a length that has too many digits there may be more
  bool over_ = false;
};

/// The same for text of any kind (`syslog_format = "raw"`): a line, or, when it begins with a digit, its length and that many bytes. An error ends the stream.
class RawFraming {
 public:
  explicit RawFraming(char delimiter) : delimiter_(delimiter) {}
  Frame next(std::string_view bytes, Framing::End end);
  bool over() const { return over_; }

 private:
  Frame with_length(std::string_view bytes, Framing::End end);
  Frame bad(std::string why);
  char delimiter_;
  size_t looked_at_ = 0;
  bool over_ = false;
};

}  // namespace invar::loki_source_syslog
