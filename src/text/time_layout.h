#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar {

/// A moment as Go's time.Time holds it (any year); nanos in [0, 1e9).
struct Instant {
  int64_t seconds = 0;  ///< since the Unix epoch
  int32_t nanos = 0;
  /// Go's UnixNano: wraps around outside of the years 1678 to 2262, as Go does.
  int64_t unix_nanos() const {
    return static_cast<int64_t>(static_cast<uint64_t>(seconds) * 1'000'000'000u + static_cast<uint64_t>(nanos));
  }
  static Instant from_nanos(int64_t ns);
  friend bool operator==(const Instant&, const Instant&) = default;
};

/// A time zone by name, as Go's time.LoadLocation finds it. Cheap to copy, immutable.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  /// "" and "UTC" are UTC, "Local" is the machine's. Errors: "unknown time zone X", "time: invalid location name".
  static Result<TimeZone> load(std::string_view name);
  static TimeZone local();

  struct Rules;
  const Rules* rules() const { return rules_.get(); }

 private:
  std::shared_ptr<const Rules> rules_;
};

/// A Go time layout ("2006-01-02T15:04:05.000Z07:00"), compiled once. Parsing does not allocate; thread-safe.
class TimeLayout {
 public:
  explicit TimeLayout(std::string_view layout);

  /// Go's time.ParseInLocation (time.Parse = UTC).
  bool parse(std::string_view text, const TimeZone& zone, Instant& out) const;
  /// The same with Go's error text: parsing time "x" as "layout": cannot parse "x" as "2006".
  Result<Instant> parse_or_explain(std::string_view text, const TimeZone& zone) const;
  /// Go's Time.In(zone).Format(layout).
  void format(std::string& out, const Instant& time, const TimeZone& zone) const;

  const std::string& layout() const { return layout_; }

  struct Element {
    uint8_t token = 0;    ///< what stands here; 0 = only literal text
    uint8_t digits = 0;   ///< of a fraction
    char separator = 0;   ///< of a fraction: '.' or ','
    std::string prefix;   ///< literal text before it
    std::string written;  ///< the token as the layout writes it, for error texts
  };

 private:
  std::string layout_;
  std::vector<Element> elements_;
  enum class Shortcut : uint8_t { kNone, kRfc3339 } shortcut_ = Shortcut::kNone;
};

/// The formats of stage.timestamp: ANSIC ... RFC3339Nano, Unix, UnixMs, UnixUs, UnixNs by name, or a Go layout, which may lack the year.
class TimestampParser {
 public:
  /// `zone`: of the stage's `location`; nullopt when not given. Named formats ignore it.
  TimestampParser(std::string_view format, std::optional<TimeZone> zone);
  /// `now_ns`: the wall clock, for formats without a year.
  bool parse(std::string_view text, int64_t now_ns, Instant& out) const;

 private:
  enum class Form : uint8_t { kLayout, kYearless, kUnix, kUnixMs, kUnixUs, kUnixNs };
  Form form_;
  TimeZone zone_;
  TimeLayout layout_;
};

/// "2006-01-02T15:04:05.999999999Z07:00": the way of nearly all log timestamps; <= 40 ns. False when it is anything else.
bool parse_rfc3339(std::string_view text, Instant& out);
/// Appends Go's RFC3339Nano in UTC: 2024-01-02T03:04:05.123456789Z, trailing zeros of the fraction left out.
void append_rfc3339_nano(std::string& out, int64_t unix_nanos);

}  // namespace invar
