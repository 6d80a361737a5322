#include "src/text/duration.h"
#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/convert.h"
#include "src/text/gotemplate/times.h"

namespace invar::gotemplate {

Value time_value(Run& run, Time time) {
  Value value = Value::of(Type::kTime);
  value.time = run.memory().make<Time>(time);
  return value;
}

Time zero_time() { return {.instant = {-62135596800, 0}}; }
Time time_of_seconds(Run& run, int64_t seconds) { return {.instant = {seconds, 0}, .zone = run.local_zone()}; }
Time current_time(Run& run) {
  return {.instant = Instant::from_nanos(run.clock().wall_ns()), .zone = run.local_zone(), .monotonic = true};
}

Time add_duration(Time time, int64_t ns) {
  const Instant step = Instant::from_nanos(ns);
  time.instant.seconds += step.seconds;
  time.instant.nanos += step.nanos;
  if (time.instant.nanos >= 1'000'000'000) {
    time.instant.nanos -= 1'000'000'000;
    ++time.instant.seconds;
  }
  return time;
}

int64_t duration_between(const Instant& later, const Instant& earlier) {
  const Wide ns = (static_cast<Wide>(later.seconds) - earlier.seconds) * 1'000'000'000 + (later.nanos - earlier.nanos);
  if (ns > INT64_MAX) return INT64_MAX;
  return ns < INT64_MIN ? INT64_MIN : static_cast<int64_t>(ns);
}

int64_t truncate_duration(int64_t ns, int64_t unit) { return unit <= 0 ? ns : ns - ns % unit; }

int64_t round_duration(int64_t ns, int64_t unit) {
  if (unit <= 0) return ns;
  const Wide rest = ns % unit, size = unit, from = ns;
  const Wide absolute = rest < 0 ? -rest : rest;
  const Wide down = from - rest;
  const Wide rounded = absolute + absolute < size ? down : ns < 0 ? down - size : down + size;
  if (rounded > INT64_MAX) return INT64_MAX;
  return rounded < INT64_MIN ? INT64_MIN : static_cast<int64_t>(rounded);
}

namespace {

using Values = std::span<Value>;

/// What sprig takes for a date: times and seconds since the epoch; anything else is now.
Time date_of(Run& run, const Value& value) {
  switch (value.type) {
    case Type::kTime: return *value.time;
    case Type::kInt:
    case Type::kInt32:
    case Type::kInt64: return time_of_seconds(run, value.integer);
    default: return current_time(run);
  }
}

Value formatted(Run& run, std::string_view layout, const Value& date, std::string_view zone_name) {
  const Time time = date_of(run, date);
  bool known;
  const TimeZone* const zone = run.zone(zone_name, known);
  static const TimeZone kUtc;
  Builder out(run);
  run.layout(layout).format(out.raw(), time.instant, known ? *zone : kUtc);
  return out.done();
}

Value date(Run& run, Values a) { return formatted(run, a[0].text(), a[1], "Local"); }
Value date_in_zone(Run& run, Values a) { return formatted(run, a[0].text(), a[1], a[2].text()); }
Value html_date(Run& run, Values a) { return formatted(run, "2006-01-02", a[0], "Local"); }
Value html_date_in_zone(Run& run, Values a) { return formatted(run, "2006-01-02", a[0], a[1].text()); }

Value must_date_modify(Run& run, Values a) {
  const auto step = parse_duration(a[0].text());
  if (!step) throw Failure{step.error().what};
  return time_value(run, add_duration(*a[1].time, *step));
}
Value date_modify(Run& run, Values a) {
  const auto step = parse_duration(a[0].text());
  return step ? time_value(run, add_duration(*a[1].time, *step)) : a[1];
}

Value ago(Run& run, Values a) {
  const Time now = current_time(run);
  const Time date = a[0].is(Type::kInt32) ? now : date_of(run, a[0]);
  return run.text(format_duration(round_duration(duration_between(now.instant, date.instant), 1'000'000'000)));
}

Value duration(Run& run, Values a) {
  int64_t seconds = 0;
  if (a[0].is(Type::kString)) seconds = parse_nearest(a[0].text());
  if (a[0].is(Type::kInt64)) seconds = a[0].integer;
  return run.text(format_duration(static_cast<int64_t>(static_cast<uint64_t>(seconds) * 1'000'000'000u)));
}

Value duration_round(Run& run, Values a) {
  int64_t ns = 0;
  if (a[0].is(Type::kString)) {
    if (const auto parsed = parse_duration(a[0].text())) ns = *parsed;
  } else if (a[0].is(Type::kInt64)) {
    ns = a[0].integer;
  } else if (a[0].is(Type::kTime)) {
    ns = duration_between(current_time(run).instant, a[0].time->instant);
  }
  const uint64_t size = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  constexpr uint64_t kSecond = 1'000'000'000, kHour = 3600 * kSecond;
  struct Unit {
    uint64_t size;
    std::string_view name;
  };
  static constexpr Unit kUnits[] = {{kHour * 24 * 365, "y"}, {kHour * 24 * 30, "mo"}, {kHour * 24, "d"},
                                    {kHour, "h"},            {kSecond * 60, "m"},     {kSecond, "s"}};
  for (const Unit& unit : kUnits)
    if (size > unit.size) return run.text(std::to_string(size / unit.size) + std::string(unit.name));
  return Value::of(std::string_view("0s"));
}

bool parse_date(Run& run, Values a, Time& out, std::string* error) {
  TimeLayout::Moment moment;
  const TimeZone& local = *run.local_zone();
  if (!run.layout(a[0].text()).parse(a[1].text(), local, local, moment, error)) return false;
  out.instant = moment.instant;
  out.zone = moment.zone;
  if (!moment.zone && (moment.has_offset || !moment.name.empty())) {
    // An offset that the machine's zone has at that moment means that zone.
    const int64_t at = moment.instant.seconds;
    const bool is_local = moment.has_offset && local.offset_at(at) == moment.offset &&
                          (moment.name.empty() || local.abbreviation_at(at) == moment.name);
    out.zone = is_local ? &local : run.fixed_zone(moment.name, moment.offset);
    out.name = run.memory().copy(moment.name);
  }
  return true;
}

Value must_to_date(Run& run, Values a) {
  Time time;
  std::string error;
  if (!parse_date(run, a, time, &error)) throw Failure{error};
  return time_value(run, time);
}
Value to_date(Run& run, Values a) {
  Time time;
  return time_value(run, parse_date(run, a, time, nullptr) ? time : zero_time());
}

Value unix_epoch(Run& run, Values a) { return run.text(std::to_string(a[0].time->instant.seconds)); }
Value now(Run& run, Values) { return time_value(run, current_time(run)); }

constexpr Function kFunctions[] = {
    {"ago", "a", ago},
    {"date", "sa", date},
    {"dateInZone", "sas", date_in_zone},
    {"dateModify", "st", date_modify},
    {"date_in_zone", "sas", date_in_zone},
    {"date_modify", "st", date_modify},
    {"duration", "a", duration},
    {"durationRound", "a", duration_round},
    {"htmlDate", "a", html_date},
    {"htmlDateInZone", "as", html_date_in_zone},
    {"mustDateModify", "st", must_date_modify},
    {"mustToDate", "ss", must_to_date},
    {"must_date_modify", "st", must_date_modify},
    {"now", "", now},
    {"toDate", "ss", to_date},
    {"unixEpoch", "t", unix_epoch},
};

}  // namespace

std::span<const Function> date_functions() { return kFunctions; }

}  // namespace invar::gotemplate
