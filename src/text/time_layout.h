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
  /// Go's FixedZone: always the same offset, in seconds east of UTC. Without a name it is shown as +0200.
  static TimeZone fixed(std::string name, int32_t offset);

  /// Seconds east of UTC at a moment.
  int32_t offset_at(int64_t unix_seconds) const;
  /// The moment of a civil time (given as if it were UTC), found as Go's time.Date does around changes of the clock.
  int64_t to_utc(int64_t civil_seconds) const { return civil_seconds - offset_at(civil_seconds - offset_at(civil_seconds)); }
  /// "CET"; "UTC" for UTC.
  std::string abbreviation_at(int64_t unix_seconds) const;
  /// The offset that an abbreviation stands for here, preferably near that civil time (as if UTC).
  std::optional<int32_t> offset_named(std::string_view abbreviation, int64_t civil_seconds) const;

 private:
  struct Rules;
  explicit TimeZone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const Rules> rules_;
};

/// A Go time layout ("2006-01-02T15:04:05.000Z07:00"), compiled once. Parsing does not allocate; thread-safe.
class TimeLayout {
 public:
  explicit TimeLayout(std::string_view layout);

  /// Go's time.ParseInLocation(layout, text, zone); time.Parse with UTC.
  bool parse(std::string_view text, const TimeZone& zone, Instant& out) const;
  /// The same with Go's error text: parsing time "x" as "layout": cannot parse "x" as "2006".
  Result<Instant> parse_or_explain(std::string_view text, const TimeZone& zone) const;

  /// A moment and the zone that it was written in.
  struct Moment {
    Instant instant;
    const TimeZone* zone = nullptr;  ///< nullptr: `offset` says it
    int32_t offset = 0;
    bool has_offset = false;        ///< the text itself says `offset`
    std::string_view name;          ///< of a zone that only the text names; a view of it
  };
  /// The full form. `names`: where zone abbreviations are looked up (time.Parse takes the machine's zone for that).
  bool parse(std::string_view text, const TimeZone& zone, const TimeZone& names, Moment& out, std::string* error = nullptr) const;

  /// Go's Time.In(zone).Format(layout).
  void format(std::string& out, const Instant& time, const TimeZone& zone) const;

  const std::string& layout() const { return layout_; }

  /// A token of the layout and the literal text before it; token 0 = only text.
  struct Element {
    uint8_t token = 0;
    uint16_t digits = 0;    ///< of a fraction
    char separator = 0;     ///< of a fraction: '.' or ','
    std::string prefix;
    std::string written;    ///< the token as the layout writes it, for error texts
  };

 private:
  std::string layout_;
  std::vector<Element> elements_;
  bool rfc3339_ = false;
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
  TimeZone names_;
  TimeLayout layout_;
};

/// "2006-01-02T15:04:05.999999999Z07:00": the way of nearly all log timestamps; far below 40 ns. Answers as Go's time.Parse(RFC3339Nano).
bool parse_rfc3339(std::string_view text, Instant& out);
/// Appends Go's RFC3339Nano in UTC: 2024-01-02T03:04:05.123456789Z, trailing zeros of the fraction left out.
void append_rfc3339_nano(std::string& out, int64_t unix_nanos);

}  // namespace invar
