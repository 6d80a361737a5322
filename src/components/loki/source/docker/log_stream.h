#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "src/base/result.h"

namespace invar::loki_source_docker {

enum class StdStream : uint8_t { kStdout, kStderr };

/// Makes lines of what one standard stream of a container has written. The engine sends a line in messages of at most 16 KiB, each with a time in front; of a line in
/// several only the first one's time is kept. A message without a line break at its end is continued by the next one when that has the same time, or none, or when it
/// is a full one; else the container ended with it.
class LineAssembler {
 public:
  /// Longer lines are cut in several with one time.
  static constexpr size_t kMostBytes = 16u << 20;
  /// Of a message with its time that was cut because it is full, at least.
  static constexpr size_t kFullMessage = 16384;
  struct Owner {
    /// Without its end; valid during the call. `ended`: whether more of the line can come when the log is read again.
    std::function<void(std::string_view line, bool ended)> on_line;
    /// A full message is continued by one without a time.
    std::function<void()> on_timeless;
  };
  explicit LineAssembler(Owner owner) : owner_(std::move(owner)) {}

  /// Without messages (a terminal's output) bytes are lines and nothing else.
  void begin_message();
  void add(std::string_view bytes);
  void end_message();
  /// Nothing follows: what is left is a line.
  void finish();
  /// What has come of a line that is not whole.
  std::string_view unfinished() const { return line_; }

 private:
  void join(std::string_view& bytes);
  void take(std::string_view bytes);
  void keep(std::string_view bytes);
  void emit_kept(bool ended = true);

  Owner owner_;
  std::string line_;
  std::string head_;  // of a message that may continue the line, until its time is whole
  bool undecided_ = false;
  bool in_messages_ = false;
  size_t message_bytes_ = 0;
  bool after_full_ = false;
};

/// Takes an engine's log apart: of a container without a terminal the frames of Docker's stdcopy (type, three zeros, length in big endian, bytes), else plain bytes. Any
/// bytes may come in any pieces.
class LogStream {
 public:
  struct Owner {
    std::function<void(StdStream stream, std::string_view line, bool ended)> on_line;
    std::function<void()> on_timeless;
  };
  LogStream(bool tty, Owner owner);

  /// Error: these bytes are no log, or the engine says what is wrong with it; nothing behind it makes sense.
  Result<void> add(std::string_view bytes);
  /// The log has ended. A frame that is not whole is left out.
  void finish();
  /// Bytes that the container wrote.
  uint64_t written() const { return written_; }
  std::string_view unfinished(StdStream stream) const { return lines_[static_cast<size_t>(stream)].unfinished(); }

 private:
  static constexpr size_t kHeaderBytes = 8;
  static constexpr uint8_t kStdin = 0, kStdout = 1, kStderr = 2, kSystemError = 3;
  Result<void> begin_frame();
  Result<void> take_frame(std::string_view bytes);
  LineAssembler& lines() { return lines_[header_[0] == kStderr ? 1 : 0]; }

  const bool tty_;
  std::array<LineAssembler, 2> lines_;
  std::array<uint8_t, kHeaderBytes> header_{};
  size_t header_bytes_ = 0;
  uint32_t left_ = 0;  // bytes of the frame yet to come
  std::string complaint_;
  uint64_t written_ = 0;
};

}  // namespace invar::loki_source_docker
