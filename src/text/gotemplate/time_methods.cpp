#include <cstdlib>

#include "src/text/civil_time.h"
#include "src/text/duration.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/format.h"
#include "src/text/gotemplate/times.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

CivilTime civil_of(const Value& value) {
  const Time& time = *value.time;
  return civil_from_seconds(time.instant.seconds + offset_of(time));
}
int64_t day_of(const CivilTime& civil) { return days_from_civil(civil.year, civil.month, civil.day); }

Value year(Run&, Values a) { return Value::of(civil_of(a[0]).year); }
Value month(Run&, Values a) { return Value::of(Type::kMonth, civil_of(a[0]).month); }
Value day(Run&, Values a) { return Value::of(civil_of(a[0]).day); }
Value hour(Run&, Values a) { return Value::of(civil_of(a[0]).hour); }
Value minute(Run&, Values a) { return Value::of(civil_of(a[0]).minute); }
Value second(Run&, Values a) { return Value::of(civil_of(a[0]).second); }
Value nanosecond(Run&, Values a) { return Value::of(a[0].time->instant.nanos); }
Value weekday(Run&, Values a) { return Value::of(Type::kWeekday, ((day_of(civil_of(a[0])) + 4) % 7 + 7) % 7); }
Value year_day(Run&, Values a) {
  const CivilTime civil = civil_of(a[0]);
  return Value::of(day_of(civil) - days_from_civil(civil.year, 1, 1) + 1);
}

Value seconds(Run&, Values a) { return Value::of(Type::kInt64, a[0].time->instant.seconds); }
Value in_units(const Value& value, int64_t per_second) {
  const Instant& instant = value.time->instant;
  const auto whole = static_cast<int64_t>(static_cast<uint64_t>(instant.seconds) * static_cast<uint64_t>(per_second));
  return Value::of(Type::kInt64, static_cast<int64_t>(static_cast<uint64_t>(whole) +
                                                      static_cast<uint64_t>(instant.nanos / (1'000'000'000 / per_second))));
}
Value unix_milli(Run&, Values a) { return in_units(a[0], 1'000); }
Value unix_micro(Run&, Values a) { return in_units(a[0], 1'000'000); }
Value unix_nano(Run&, Values a) { return in_units(a[0], 1'000'000'000); }

Value format(Run& run, Values a) {
  static const TimeZone kUtc;
  Builder out(run);
  run.layout(a[1].text()).format(out.raw(), a[0].time->instant, a[0].time->zone ? *a[0].time->zone : kUtc);
  return out.done();
}
Value time_string(Run& run, Values a) {
  std::string out;
  append_time(out, *a[0].time);
  return run.text(out);
}

Value add(Run& run, Values a) { return time_value(run, add_duration(*a[0].time, a[1].integer)); }
Value sub(Run&, Values a) { return Value::of(Type::kDuration, duration_between(a[0].time->instant, a[1].time->instant)); }

Value add_date(Run& run, Values a) {
  CivilTime civil = civil_of(a[0]);
  constexpr int64_t kFar = 1'000'000'000;  // years, months and days beyond are nonsense
  for (const Value& step : a.subspan(1))
    if (step.integer > kFar || step.integer < -kFar) throw Failure{"time: the date is out of range"};
  const int64_t months = civil.month - 1 + a[2].integer;
  civil.year += a[1].integer + (months >= 0 ? months / 12 : -((11 - months) / 12));
  civil.month = static_cast<int32_t>(((months % 12) + 12) % 12 + 1);
  const int64_t days = days_from_civil(civil.year, civil.month, 1) + civil.day - 1 + a[3].integer;
  const int64_t local = days * 86400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
  Time time = *a[0].time;
  time.monotonic = false;
  time.instant.seconds = time.zone ? time.zone->to_utc(local) : local;
  return time_value(run, time);
}

int order(const Value& a, const Value& b) {
  const Instant &x = a.time->instant, &y = b.time->instant;
  if (x.seconds != y.seconds) return x.seconds < y.seconds ? -1 : 1;
  return x.nanos == y.nanos ? 0 : x.nanos < y.nanos ? -1 : 1;
}
Value before(Run&, Values a) { return Value::of(order(a[0], a[1]) < 0); }
Value after(Run&, Values a) { return Value::of(order(a[0], a[1]) > 0); }
Value equal(Run&, Values a) { return Value::of(order(a[0], a[1]) == 0); }
Value compare(Run&, Values a) { return Value::of(order(a[0], a[1])); }
Value is_zero(Run&, Values a) { return Value::of(a[0].time->instant == zero_time().instant); }

Value in_zone(Run& run, const Value& value, const TimeZone* zone) {
  Time time = *value.time;
  time.zone = zone;
  return time_value(run, time);
}
Value utc(Run& run, Values a) { return in_zone(run, a[0], nullptr); }
Value local(Run& run, Values a) { return in_zone(run, a[0], run.local_zone()); }
/// What Go calls the machine's zone: as TZ names it.
std::string_view local_name() {
  const char* const name = std::getenv("TZ");
  if (!name) return "Local";
  const std::string_view text = name;
  return text.empty() || text == ":" ? "UTC" : text.starts_with(':') ? text.substr(1) : text;
}
Value location(Run& run, Values a) {
  const Time& time = *a[0].time;
  Value value = Value::of(!time.zone ? std::string_view("UTC") : time.zone == run.local_zone() ? local_name() : time.name);
  value.type = Type::kLocation;
  return value;
}

/// Times are cut in absolute time since year 1.
Value to_unit(Run& run, const Value& value, int64_t unit, bool rounds) {
  Time time = *value.time;
  time.monotonic = false;
  if (unit <= 0) return time_value(run, time);
  const Wide ns = (static_cast<Wide>(time.instant.seconds) + 62135596800) * 1'000'000'000 + time.instant.nanos;
  auto rest = static_cast<int64_t>(((ns % unit) + unit) % unit);
  if (rounds && static_cast<Wide>(rest) + rest >= unit) return time_value(run, add_duration(time, unit - rest));
  return time_value(run, add_duration(time, -rest));
}
Value truncate_time(Run& run, Values a) { return to_unit(run, a[0], a[1].integer, false); }
Value round_time(Run& run, Values a) { return to_unit(run, a[0], a[1].integer, true); }

constexpr Function kTimeMethods[] = {
    {"Add", "D", add},
    {"AddDate", "iii", add_date},
    {"After", "t", after},
    {"Before", "t", before},
    {"Compare", "t", compare},
    {"Day", "", day},
    {"Equal", "t", equal},
    {"Format", "s", format},
    {"Hour", "", hour},
    {"IsZero", "", is_zero},
    {"Local", "", local},
    {"Location", "", location},
    {"Minute", "", minute},
    {"Month", "", month},
    {"Nanosecond", "", nanosecond},
    {"Round", "D", round_time},
    {"Second", "", second},
    {"String", "", time_string},
    {"Sub", "t", sub},
    {"Truncate", "D", truncate_time},
    {"UTC", "", utc},
    {"Unix", "", seconds},
    {"UnixMicro", "", unix_micro},
    {"UnixMilli", "", unix_milli},
    {"UnixNano", "", unix_nano},
    {"Weekday", "", weekday},
    {"Year", "", year},
    {"YearDay", "", year_day},
};

// Durations, months, weekdays.

Value string_of(Run& run, Values a) {
  std::string out;
  append_string(out, a[0]);
  return run.text(out);
}
/// Duration.Hours and the like: whole units and the fraction of one.
template <int64_t unit>
Value in_floats(Run&, Values a) {
  return Value::of(static_cast<double>(a[0].integer / unit) + static_cast<double>(a[0].integer % unit) / static_cast<double>(unit));
}
template <int64_t unit>
Value in_integers(Run&, Values a) {
  return Value::of(Type::kInt64, a[0].integer / unit);
}
Value absolute(Run&, Values a) {
  if (a[0].integer == INT64_MIN) return Value::of(Type::kDuration, INT64_MAX);
  return Value::of(Type::kDuration, a[0].integer < 0 ? -a[0].integer : a[0].integer);
}
Value round_to(Run&, Values a) { return Value::of(Type::kDuration, round_duration(a[0].integer, a[1].integer)); }
Value truncate_to(Run&, Values a) { return Value::of(Type::kDuration, truncate_duration(a[0].integer, a[1].integer)); }

constexpr Function kDurationMethods[] = {
    {"Abs", "", absolute},
    {"Hours", "", in_floats<3'600'000'000'000>},
    {"Microseconds", "", in_integers<1'000>},
    {"Milliseconds", "", in_integers<1'000'000>},
    {"Minutes", "", in_floats<60'000'000'000>},
    {"Nanoseconds", "", in_integers<1>},
    {"Round", "D", round_to},
    {"Seconds", "", in_floats<1'000'000'000>},
    {"String", "", string_of},
    {"Truncate", "D", truncate_to},
};
constexpr Function kOnlyString[] = {{"String", "", string_of}};

}  // namespace

std::span<const Function> time_methods() { return kTimeMethods; }
std::span<const Function> duration_methods() { return kDurationMethods; }
std::span<const Function> month_methods() { return kOnlyString; }
std::span<const Function> weekday_methods() { return kOnlyString; }
std::span<const Function> location_methods() { return kOnlyString; }

}  // namespace invar::gotemplate
