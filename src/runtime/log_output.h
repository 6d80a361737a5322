#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/runtime/logger.h"

namespace invar {

/// RFC 3339 in UTC with as many decimals as needed.
std::string rfc3339_text(int64_t wall_ns);

enum class LogFormat : uint8_t { kLogfmt, kJson };

/// Where all log lines of the process end: stderr, or what a test hands in. Keeps lines until the logging block has been evaluated, since only
/// then level and format are known. Any thread.
class Logger::Output {
 public:
  /// Gets one whole line with its newline, never from two threads at once.
  using Write = std::function<void(std::string_view line)>;
  explicit Output(const Clock& clock, Write write = write_to_stderr);

  /// Sets level and format; the first call writes what was kept.
  void configure(LogLevel level, LogFormat format);
  /// Also true while the level is not known yet.
  bool enabled(LogLevel level) const { return level >= level_.load(std::memory_order_relaxed); }
  /// `logfmt` and `json` are attributes as Logger prepared them.
  void write(LogLevel level, std::string_view message, std::string_view logfmt, std::string_view json);

  /// Who gets a copy of each line that is written from now on, until the same place is given to another (or to nobody): the receivers of `logging { write_to }`, and
  /// a support bundle that is being made. Called under the output's lock: it must neither log nor wait.
  enum class Copy : uint8_t { kReceivers, kBundle };
  void set_copy(Copy place, Write copy);

  static void write_to_stderr(std::string_view line);

 private:
  struct Kept {
    LogLevel level;
    std::string logfmt, json;
  };
  void put(std::string_view line);
  const Clock& clock_;
  Write write_;
  std::array<Write, 2> copies_;
  std::atomic<LogLevel> level_{LogLevel::kDebug};
  std::mutex mutex_;
  bool configured_ = false;
  LogFormat format_ = LogFormat::kLogfmt;
  std::vector<Kept> kept_;
};

}  // namespace invar
