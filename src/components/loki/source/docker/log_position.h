#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace invar::loki_source_docker {

/// How far a container's log has been read, to the line. The engine tells lines from a second on, in the order in which they were written, which is nearly that of
/// their times: so many of them have been read.
struct LogPosition {
  int64_t since = 0;            // seconds since the epoch: what the engine is asked for
  uint64_t lines = 0;           // of what it then tells
  int64_t last_ns = INT64_MIN;  // the newest time read: where the engine has forgotten lines, what is newer is not counted
  bool known() const { return last_ns != INT64_MIN; }
  /// As Alloy keeps it: the second of the newest line.
  int64_t seconds() const;
  std::string text() const;
  static std::optional<LogPosition> parse(std::string_view text);
  /// From the second that Alloy kept, which may have been read in part: lost is none.
  static LogPosition from_seconds(int64_t seconds) { return {.since = seconds}; }
  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

/// Follows a log, and knows for each line whether it has been read before. When in doubt a line is read again: with the same time and text, so that Loki keeps it once.
class PositionTracker {
 public:
  explicit PositionTracker(LogPosition from) : from_(from) { begin(from); }
  /// The log is told from `from.since` on.
  void begin(LogPosition from);
  /// The next line. False: it is in front of the position.
  bool next(int64_t time_ns);
  /// Behind the last line. `unfinished_ns`: the time of a line that has begun and is not whole, which has to be told again from its beginning.
  LogPosition position(std::optional<int64_t> unfinished_ns);

 private:
  void count(int64_t second);

  LogPosition from_;
  bool skips_ = false;
  uint64_t skipped_ = 0;
  int64_t since_ = 0;
  int64_t last_ns_ = INT64_MIN;
  std::deque<std::pair<int64_t, uint64_t>> seconds_;  // lines of each second from since_ on
};

}  // namespace invar::loki_source_docker
