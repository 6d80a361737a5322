#include "src/text/time_layout.h"

#include <cmath>
#include <cstring>

#include "src/text/civil_time.h"
#include "src/text/number.h"
#include "src/text/time_tokens.h"

namespace invar {

Instant Instant::from_nanos(int64_t ns) {
  int64_t seconds = ns / 1'000'000'000;
  int64_t rest = ns % 1'000'000'000;
  if (rest < 0) rest += 1'000'000'000, --seconds;
  return {seconds, static_cast<int32_t>(rest)};
}

TimeLayout::TimeLayout(std::string_view layout) : layout_(layout), elements_(cut_layout(layout)) {
  rfc3339_ = layout == "2006-01-02T15:04:05Z07:00" || layout == "2006-01-02T15:04:05.999999999Z07:00";
}

namespace {

// Two digits, or a value beyond 99.
inline uint32_t two_digits(const char* p) {
  const uint32_t high = static_cast<unsigned char>(p[0]) - '0';
  const uint32_t low = static_cast<unsigned char>(p[1]) - '0';
  return high <= 9 && low <= 9 ? high * 10 + low : 1000;
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The common form only; what it refuses the general parser looks at.
bool parse_plain_rfc3339(std::string_view text, Instant& out) {
  if (text.size() < 20) return false;
  const char* const p = text.data();
  const uint32_t century = two_digits(p), years = two_digits(p + 2), month = two_digits(p + 5), day = two_digits(p + 8);
  const uint32_t hour = two_digits(p + 11), minute = two_digits(p + 14), second = two_digits(p + 17);
  if (p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[13] != ':' || p[16] != ':') return false;
  if (century > 99 || years > 99 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
  const int64_t year = century * 100 + years;
  if (day > 28 && static_cast<int32_t>(day) > days_in_month(static_cast<int32_t>(month), year)) return false;
  int64_t seconds = days_from_civil(year, static_cast<int32_t>(month), static_cast<int32_t>(day)) * 86400 + hour * 3600 + minute * 60 + second;

  const char* at = p + 19;
  const char* const end = p + text.size();
  uint32_t nanos = 0;
  if (*at == '.' && end - at > 1 && is_digit(at[1])) {
    ++at;
    uint32_t scale = 100'000'000;
    for (; at < end && is_digit(*at); ++at, scale /= 10) nanos += scale * static_cast<uint32_t>(*at - '0');
  }
  if (end - at == 1 && *at == 'Z') {
    out = {seconds, static_cast<int32_t>(nanos)};
    return true;
  }
  if (end - at != 6 || (*at != '+' && *at != '-') || at[3] != ':') return false;
  const uint32_t offset_hour = two_digits(at + 1), offset_minute = two_digits(at + 4);
  if (offset_hour > 23 || offset_minute > 59) return false;
  const int64_t offset = offset_hour * 3600 + offset_minute * 60;
  out = {seconds - (*at == '-' ? -offset : offset), static_cast<int32_t>(nanos)};
  return true;
}

}  // namespace

bool TimeLayout::parse(std::string_view text, const TimeZone& zone, Instant& out) const {
  if (rfc3339_ && parse_plain_rfc3339(text, out)) return true;
  Moment moment;
  if (!parse(text, zone, zone, moment)) return false;
  out = moment.instant;
  return true;
}

Result<Instant> TimeLayout::parse_or_explain(std::string_view text, const TimeZone& zone) const {
  Moment moment;
  std::string error;
  if (!parse(text, zone, zone, moment, &error)) return Error{std::move(error), {}};
  return moment.instant;
}

bool parse_rfc3339(std::string_view text, Instant& out) {
  if (parse_plain_rfc3339(text, out)) return true;
  static const TimeLayout general("2006-01-02T15:04:05.999999999Z07:00");
  TimeLayout::Moment moment;
  if (!general.parse(text, TimeZone(), TimeZone(), moment)) return false;
  out = moment.instant;
  return true;
}

void append_rfc3339_nano(std::string& out, int64_t unix_nanos) {
  const Instant instant = Instant::from_nanos(unix_nanos);
  const CivilTime civil = civil_from_seconds(instant.seconds);
  char buffer[32];
  const auto put = [](char* p, int64_t value, int digits) {
    for (int i = digits; i-- > 0; value /= 10) p[i] = static_cast<char>('0' + value % 10);
  };
  std::memcpy(buffer, "0000-00-00T00:00:00.000000000Z", 30);
  put(buffer, civil.year, 4);
  put(buffer + 5, civil.month, 2);
  put(buffer + 8, civil.day, 2);
  put(buffer + 11, civil.hour, 2);
  put(buffer + 14, civil.minute, 2);
  put(buffer + 17, civil.second, 2);
  put(buffer + 20, instant.nanos, 9);
  size_t length = 29;
  while (buffer[length - 1] == '0' && length > 20) --length;
  if (length == 20) length = 19;
  buffer[length++] = 'Z';
  out.append(buffer, length);
}

namespace {

struct NamedFormat {
  std::string_view name, layout;
};
constexpr NamedFormat kNamedFormats[] = {
    {"ANSIC", "Mon Jan _2 15:04:05 2006"},
    {"UnixDate", "Mon Jan _2 15:04:05 MST 2006"},
    {"RubyDate", "Mon Jan 02 15:04:05 -0700 2006"},
    {"RFC822", "02 Jan 06 15:04 MST"},
    {"RFC822Z", "02 Jan 06 15:04 -0700"},
    {"RFC850", "Monday, 02-Jan-06 15:04:05 MST"},
    {"RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"},
    {"RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"},
    {"RFC3339", "2006-01-02T15:04:05Z07:00"},
    {"RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"},
};

const NamedFormat* named_format(std::string_view name) {
  for (const NamedFormat& format : kNamedFormats)
    if (format.name == name) return &format;
  return nullptr;
}

// Seconds, or seconds with a fraction after exactly one dot.
bool parse_unix(std::string_view text, Instant& out) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos || text.find('.', dot + 1) != std::string_view::npos) {
    const auto seconds = to_int(text);
    if (seconds) out = {*seconds, 0};
    return seconds.has_value();
  }
  const std::string_view digits = text.substr(dot + 1);
  const auto seconds = to_int(text.substr(0, dot));
  const auto fraction = to_int(digits);
  if (!seconds || !fraction) return false;
  double scale = 1;
  for (size_t i = digits.size(); i < 9; ++i) scale *= 10;
  for (size_t i = 9; i < digits.size() && scale < 1e300; ++i) scale *= 10;
  const double scaled = static_cast<double>(*fraction);
  const auto nanos = static_cast<int64_t>(digits.size() <= 9 ? scaled * scale : scaled * (1 / scale));
  out = Instant::from_nanos(nanos);
  out.seconds = static_cast<int64_t>(static_cast<uint64_t>(out.seconds) + static_cast<uint64_t>(*seconds));
  return true;
}

// Whole milli-, micro- or nanoseconds; products wrap around as in Go.
bool parse_unix_units(std::string_view text, uint64_t nanos_per_unit, Instant& out) {
  const auto units = to_int(text);
  if (units) out = Instant::from_nanos(static_cast<int64_t>(static_cast<uint64_t>(*units) * nanos_per_unit));
  return units.has_value();
}

}  // namespace

TimestampParser::TimestampParser(std::string_view format, std::optional<TimeZone> zone)
    : form_(Form::kLayout), layout_(named_format(format) != nullptr ? named_format(format)->layout : format) {
  const bool named = named_format(format) != nullptr;
  names_ = zone && !named ? *zone : TimeZone::local();
  if (zone && !named) zone_ = *zone;
  if (format == "Unix") {
    form_ = Form::kUnix;
  } else if (format == "UnixMs") {
    form_ = Form::kUnixMs;
  } else if (format == "UnixUs") {
    form_ = Form::kUnixUs;
  } else if (format == "UnixNs") {
    form_ = Form::kUnixNs;
  } else if (!named && format.find("06") == std::string_view::npos) {
    form_ = Form::kYearless;
  }
}

bool TimestampParser::parse(std::string_view text, int64_t now_ns, Instant& out) const {
  switch (form_) {
    case Form::kUnix: return parse_unix(text, out);
    case Form::kUnixMs: return parse_unix_units(text, 1'000'000, out);
    case Form::kUnixUs: return parse_unix_units(text, 1'000, out);
    case Form::kUnixNs: return parse_unix_units(text, 1, out);
    default: break;
  }
  if (form_ == Form::kLayout && layout_.layout().starts_with("2006-01-02T15:04:05") && layout_.parse(text, zone_, out)) return true;
  TimeLayout::Moment moment;
  if (!layout_.parse(text, zone_, names_, moment)) return false;
  out = moment.instant;
  if (form_ == Form::kLayout) return true;

  // The year closest to now: December seen in January was last year, January seen in December is next year.
  const auto offset = [&](int64_t at) { return moment.zone != nullptr ? moment.zone->offset_at(at) : moment.offset; };
  CivilTime civil = civil_from_seconds(out.seconds + offset(out.seconds));
  if (civil.year != 0) return false;
  const int64_t now_seconds = Instant::from_nanos(now_ns).seconds;
  static const TimeZone machine = TimeZone::local();
  const CivilTime now = civil_from_seconds(now_seconds + machine.offset_at(now_seconds));
  civil.year = now.year;
  if (civil.month == 12 && now.month == 1) --civil.year;
  if (civil.month == 1 && now.month == 12) ++civil.year;
  const int64_t seconds = seconds_from_civil(civil);
  out.seconds = moment.zone != nullptr ? moment.zone->to_utc(seconds) : seconds - moment.offset;
  return true;
}

}  // namespace invar
