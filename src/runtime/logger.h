#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace invar {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError };

/// A value of a log attribute. Durations are nanoseconds; logfmt prints `1.2ms`, JSON the integer (as Alloy).
struct LogDuration {
  int64_t ns;
};
/// `host:port`; JSON has the members of Go's net.TCPAddr.
struct LogAddress {
  std::string text;
};
struct LogAttribute {
  std::string_view key;
  std::variant<std::string, int64_t, uint64_t, double, bool, LogDuration, LogAddress> value;
};

/// Where invar's own log lines go (stderr, Alloy's logfmt or JSON). Copies are cheap; `with` adds attributes that come before those of a line. Any thread.
class Logger {
 public:
  class Output;
  explicit Logger(std::shared_ptr<Output> output) : output_(std::move(output)) {}
  Logger with(std::initializer_list<LogAttribute> attributes) const;
  bool enabled(LogLevel level) const;
  void log(LogLevel level, std::string_view message, std::initializer_list<LogAttribute> attributes = {}) const;
  void debug(std::string_view message, std::initializer_list<LogAttribute> a = {}) const { log(LogLevel::kDebug, message, a); }
  void info(std::string_view message, std::initializer_list<LogAttribute> a = {}) const { log(LogLevel::kInfo, message, a); }
  void warn(std::string_view message, std::initializer_list<LogAttribute> a = {}) const { log(LogLevel::kWarn, message, a); }
  void error(std::string_view message, std::initializer_list<LogAttribute> a = {}) const { log(LogLevel::kError, message, a); }

 private:
  std::shared_ptr<Output> output_;
  std::string logfmt_;  // preformatted attributes
  std::string json_;
};

}  // namespace invar
