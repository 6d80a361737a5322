#include <algorithm>
#include <span>

#include "src/text/civil_time.h"
#include "src/text/time_layout.h"
#include "src/text/time_tokens.h"

namespace invar {
namespace {

bool is_digit_at(std::string_view text, size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; }
bool is_separator(char c) { return c == '.' || c == ','; }

// Go's quote() of the time package: everything that is not printable ASCII as \xhh.
std::string quote_in_error(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const unsigned char c : text) {
    if (c >= 0x80 || c < ' ') {
      out += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

// A number with an optional sign that fills the whole text; at most nine digits.
bool read_signed(std::string_view text, int32_t& out) {
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  if (negative) out = -out;
  return true;
}

// How many bytes look like a zone's abbreviation; 0 = none.
size_t zone_name_length(std::string_view text) {
  if (text.size() < 3) return 0;
  if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
  const auto offset_length = [](std::string_view rest) -> size_t {
    if (rest.empty() || (rest[0] != '+' && rest[0] != '-')) return 0;
    size_t end = 1;
    int hours = 0;
    for (; is_digit_at(rest, end); ++end) hours = std::min(hours * 10 + (rest[end] - '0'), 1000);
    return end == 1 || hours > 23 ? 0 : end;
  };
  if (text.starts_with("GMT")) return 3 + offset_length(text.substr(3));
  if (text[0] == '+' || text[0] == '-') return offset_length(text);
  size_t upper = 0;
  while (upper < 6 && upper < text.size() && text[upper] >= 'A' && text[upper] <= 'Z') ++upper;
  if (upper == 5) return text[4] == 'T' ? 5 : 0;
  if (upper == 4) return text[3] == 'T' || text.starts_with("WITA") ? 4 : 0;
  return upper == 3 ? 3 : 0;
}

// One parse: what is left of the text, and the fields found so far.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest(text) {}

  std::string_view rest;
  const char* out_of_range = nullptr;  // names the field
  int32_t year = 0, month = -1, day = -1, year_day = -1;
  int32_t hour = 0, minute = 0, second = 0, nanos = 0;
  bool pm = false, am = false, utc = false;
  std::optional<int32_t> offset;
  std::string_view zone_name;

  // Literal text; blanks match any number of blanks, also none at the end.
  bool skip(std::string_view& prefix) {
    while (!prefix.empty()) {
      if (prefix[0] == ' ') {
        if (!rest.empty() && rest[0] != ' ') return false;
        cut_blanks(prefix);
        cut_blanks(rest);
        continue;
      }
      if (rest.empty() || rest[0] != prefix[0]) return false;
      prefix.remove_prefix(1);
      rest.remove_prefix(1);
    }
    return true;
  }

  bool read(const TimeLayout::Element& element, const TimeLayout::Element& next) {
    const auto token = static_cast<TimeToken>(element.token);
    switch (token) {
      case TimeToken::kYear: return read_short_year();
      case TimeToken::kLongYear:
        if (rest.size() < 4 || !is_digit_at(rest, 0) || !read_signed(rest.substr(0, 4), year)) return false;
        rest.remove_prefix(4);
        return true;
      case TimeToken::kMonth: return look_up(kMonthNames, 3, month);
      case TimeToken::kLongMonth: return look_up(kMonthNames, 0, month);
      case TimeToken::kNumMonth:
      case TimeToken::kZeroMonth:
        if (!number(month, token == TimeToken::kZeroMonth)) return false;
        check("month", month >= 1 && month <= 12);
        return true;
      case TimeToken::kWeekday: return look_up(kWeekdayNames, 3, ignored_);
      case TimeToken::kLongWeekday: return look_up(kWeekdayNames, 0, ignored_);
      case TimeToken::kUnderDay:
        if (rest.starts_with(' ')) rest.remove_prefix(1);
        return number(day, false);
      case TimeToken::kDay:
      case TimeToken::kZeroDay: return number(day, token == TimeToken::kZeroDay);
      case TimeToken::kUnderYearDay:
      case TimeToken::kZeroYearDay: return read_year_day(token == TimeToken::kZeroYearDay);
      case TimeToken::kHour:
        if (!number(hour, false)) return false;
        check("hour", hour < 24);
        return true;
      case TimeToken::kHour12:
      case TimeToken::kZeroHour12:
        if (!number(hour, token == TimeToken::kZeroHour12)) return false;
        check("hour", hour <= 12);
        return true;
      case TimeToken::kMinute:
      case TimeToken::kZeroMinute:
        if (!number(minute, token == TimeToken::kZeroMinute)) return false;
        check("minute", minute < 60);
        return true;
      case TimeToken::kSecond:
      case TimeToken::kZeroSecond: return read_second(token == TimeToken::kZeroSecond, next);
      case TimeToken::kPM: return read_half("AM", "PM");
      case TimeToken::kpm: return read_half("am", "pm");
      case TimeToken::kFraction0: return read_fraction(1 + size_t{element.digits});
      case TimeToken::kFraction9:
        if (rest.size() < 2 || !is_separator(rest[0]) || !is_digit_at(rest, 1)) return true;
        return read_fraction(fraction_length());
      case TimeToken::kZoneName: return read_zone_name();
      case TimeToken::kNone: return true;
      default: return read_offset(token);
    }
  }

 private:
  static void cut_blanks(std::string_view& text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  void check(const char* field, bool fine) {
    if (!fine) out_of_range = field;
  }

  // One or two digits; exactly two when `fixed`.
  bool number(int32_t& out, bool fixed) {
    if (!two_digits(rest, out, fixed)) return false;
    rest.remove_prefix(is_digit_at(rest, 1) ? 2 : 1);
    return true;
  }
  static bool two_digits(std::string_view text, int32_t& out, bool fixed) {
    out = 0;
    if (!is_digit_at(text, 0)) return false;
    if (!is_digit_at(text, 1)) {
      out = text[0] - '0';
      return !fixed;
    }
    out = (text[0] - '0') * 10 + (text[1] - '0');
    return true;
  }

  bool read_short_year() {
    if (rest.size() < 2 || !read_signed(rest.substr(0, 2), year)) return false;
    year += year >= 69 ? 1900 : 2000;
    rest.remove_prefix(2);
    return true;
  }

  // A name in any case; `length` 0 = in full. `out` counts from 1.
  bool look_up(std::span<const std::string_view> names, size_t length, int32_t& out) {
    for (size_t i = 0; i < names.size(); ++i) {
      const std::string_view name = length == 0 ? names[i] : names[i].substr(0, length);
      if (rest.size() < name.size()) continue;
      bool same = true;
      for (size_t j = 0; j < name.size() && same; ++j) same = (rest[j] | 0x20) == (name[j] | 0x20);
      if (!same) continue;
      out = static_cast<int32_t>(i) + 1;
      rest.remove_prefix(name.size());
      return true;
    }
    return false;
  }

  bool read_year_day(bool fixed) {
    for (int i = 0; i < 2 && !fixed; ++i)
      if (rest.starts_with(' ')) rest.remove_prefix(1);
    size_t length = 0;
    year_day = 0;
    for (; length < 3 && is_digit_at(rest, length); ++length) year_day = year_day * 10 + (rest[length] - '0');
    if (length == 0 || (fixed && length != 3)) return false;
    rest.remove_prefix(length);
    return true;
  }

  bool read_second(bool fixed, const TimeLayout::Element& next) {
    if (!number(second, fixed)) return false;
    check("second", second < 60);
    if (out_of_range != nullptr) return true;
    // A fraction is taken even where the layout has none.
    const auto token = static_cast<TimeToken>(next.token);
    if (token == TimeToken::kFraction0 || token == TimeToken::kFraction9) return true;
    if (rest.size() < 2 || !is_separator(rest[0]) || !is_digit_at(rest, 1)) return true;
    return read_fraction(fraction_length());
  }

  // Of the separator and the digits behind it.
  size_t fraction_length() const {
    size_t length = 1;
    while (is_digit_at(rest, length)) ++length;
    return length;
  }

  bool read_fraction(size_t length) {
    if (rest.size() < length || !is_separator(rest[0])) return false;
    const size_t used = std::min<size_t>(length, 10);
    if (!read_signed(rest.substr(1, used - 1), nanos)) return false;
    check("fractional second", nanos >= 0);
    for (size_t i = used; i < 10; ++i) nanos *= 10;
    rest.remove_prefix(length);
    return true;
  }

  bool read_half(std::string_view morning, std::string_view afternoon) {
    if (rest.starts_with(afternoon))
      pm = true;
    else if (rest.starts_with(morning))
      am = true;
    else
      return false;
    rest.remove_prefix(2);
    return true;
  }

  bool read_zone_name() {
    if (rest.starts_with("UTC")) {
      utc = true;
      rest.remove_prefix(3);
      return true;
    }
    const size_t length = zone_name_length(rest);
    zone_name = rest.substr(0, length);
    rest.remove_prefix(length);
    return length > 0;
  }

  bool read_offset(TimeToken token) {
    const bool iso = token >= TimeToken::kIsoZone && token <= TimeToken::kIsoColonSecondsZone;
    if (iso && rest.starts_with('Z')) {
      utc = true;
      rest.remove_prefix(1);
      return true;
    }
    const bool colon = token == TimeToken::kIsoColonZone || token == TimeToken::kNumColonZone;
    const bool only_hours = token == TimeToken::kIsoShortZone || token == TimeToken::kNumShortZone;
    const bool colon_seconds = token == TimeToken::kIsoColonSecondsZone || token == TimeToken::kNumColonSecondsZone;
    const bool seconds = token == TimeToken::kIsoSecondsZone || token == TimeToken::kNumSecondsZone;
    const size_t length = colon ? 6 : only_hours ? 3 : colon_seconds ? 9 : seconds ? 7 : 5;
    if (rest.size() < length) return false;
    if ((colon || colon_seconds) && rest[3] != ':') return false;
    if (colon_seconds && rest[6] != ':') return false;
    const std::string_view text = rest.substr(0, length);
    rest.remove_prefix(length);

    int32_t hours = 0, minutes = 0, secs = 0;
    bool fine = two_digits(text.substr(1, 2), hours, true);
    if (fine && !only_hours) fine = two_digits(text.substr(colon || colon_seconds ? 4 : 3, 2), minutes, true);
    if (fine && (seconds || colon_seconds)) fine = two_digits(text.substr(colon_seconds ? 7 : 5, 2), secs, true);
    // 24 hours, 60 minutes and 60 seconds are let through.
    check("time zone offset hour", hours <= 24);
    check("time zone offset minute", minutes <= 60);
    check("time zone offset second", secs <= 60);
    const int32_t total = (hours * 60 + minutes) * 60 + secs;
    offset = text[0] == '-' ? -total : total;
    return fine && (text[0] == '+' || text[0] == '-');
  }

  int32_t ignored_ = 0;
};

// Turns the day of the year into month and day. An error's text, or nullptr.
const char* settle_date(Reader& reader) {
  if (reader.year_day < 0) {
    if (reader.month < 0) reader.month = 1;
    if (reader.day < 0) reader.day = 1;
  } else {
    const int32_t days = is_leap_year(reader.year) ? 366 : 365;
    if (reader.year_day < 1 || reader.year_day > days) return ": day-of-year out of range";
    int32_t month = 1, day = reader.year_day;
    while (day > days_in_month(month, reader.year)) day -= days_in_month(month++, reader.year);
    if (reader.month >= 0 && reader.month != month) return ": day-of-year does not match month";
    if (reader.day >= 0 && reader.day != day) return ": day-of-year does not match day";
    reader.month = month;
    reader.day = day;
  }
  return reader.day < 1 || reader.day > days_in_month(reader.month, reader.year) ? ": day out of range" : nullptr;
}

void settle_zone(const Reader& reader, int64_t civil, const TimeZone& zone, const TimeZone& names, TimeLayout::Moment& out) {
  out = {{civil, reader.nanos}, nullptr, 0};
  if (reader.utc) return;
  if (reader.offset && *reader.offset != -1) {
    out.offset = *reader.offset;
    out.has_offset = true;
    out.name = reader.zone_name;
    out.instant.seconds = civil - out.offset;
    return;
  }
  if (!reader.zone_name.empty()) {
    if (const auto offset = names.offset_named(reader.zone_name, civil)) {
      out.zone = &names;
      out.instant.seconds = civil - *offset;
      return;
    }
    out.name = reader.zone_name;
    if (reader.zone_name.size() > 3 && reader.zone_name.starts_with("GMT")) {
      // Go notes the offset, but does not apply it.
      int32_t hours = 0;
      read_signed(reader.zone_name.substr(3), hours);
      out.offset = hours * 3600;
    }
    return;
  }
  out.zone = &zone;
  out.instant.seconds = zone.to_utc(civil);
}

}  // namespace

bool TimeLayout::parse(std::string_view text, const TimeZone& zone, const TimeZone& names, Moment& out, std::string* error) const {
  const auto refuse = [&](std::string_view value, std::string_view element) {
    if (error != nullptr)
      *error = "parsing time " + quote_in_error(text) + " as " + quote_in_error(layout_) + ": cannot parse " + quote_in_error(value) +
               " as " + quote_in_error(element);
    return false;
  };
  const auto complain = [&](std::string_view message) {
    if (error != nullptr) *error = "parsing time " + quote_in_error(text) + std::string(message);
    return false;
  };

  Reader reader(text);
  for (size_t i = 0; i < elements_.size(); ++i) {
    const Element& element = elements_[i];
    std::string_view prefix = element.prefix;
    if (!reader.skip(prefix)) return refuse(reader.rest, element.prefix);
    if (element.token == 0) break;
    const std::string_view before = reader.rest;
    const bool fine = reader.read(element, elements_[i + 1]);
    if (reader.out_of_range != nullptr) return complain(": " + std::string(reader.out_of_range) + " out of range");
    if (!fine) return refuse(before, element.written);
  }
  if (!reader.rest.empty())
    return error == nullptr ? false : complain(": extra text: " + quote_in_error(reader.rest));
  if (reader.pm && reader.hour < 12) reader.hour += 12;
  if (reader.am && reader.hour == 12) reader.hour = 0;
  if (const char* message = settle_date(reader)) return complain(message);
  const int64_t civil =
      seconds_from_civil({reader.year, reader.month, reader.day, reader.hour, reader.minute, reader.second});
  settle_zone(reader, civil, zone, names, out);
  return true;
}

namespace {

void append_int(std::string& out, int64_t value, size_t width) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) out += '-';
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

void append_fraction(std::string& out, const TimeLayout::Element& element, int32_t nanos) {
  const bool trim = static_cast<TimeToken>(element.token) == TimeToken::kFraction9;
  if (trim && nanos == 0) return;
  std::string digits = std::to_string(nanos);
  digits.insert(0, 9 - digits.size(), '0');
  if (element.digits < 9) digits.resize(element.digits);
  if (trim)
    while (!digits.empty() && digits.back() == '0') digits.pop_back();
  if (trim && digits.empty()) return;
  out += element.separator;
  out += digits;
}

void append_offset(std::string& out, TimeToken token, int32_t offset) {
  const bool iso = token >= TimeToken::kIsoZone && token <= TimeToken::kIsoColonSecondsZone;
  if (iso && offset == 0) {
    out += 'Z';
    return;
  }
  const bool colon = token == TimeToken::kIsoColonZone || token == TimeToken::kNumColonZone || token == TimeToken::kIsoColonSecondsZone ||
                     token == TimeToken::kNumColonSecondsZone;
  const bool seconds = token == TimeToken::kIsoSecondsZone || token == TimeToken::kNumSecondsZone ||
                       token == TimeToken::kIsoColonSecondsZone || token == TimeToken::kNumColonSecondsZone;
  const int32_t minutes = offset / 60;
  out += minutes < 0 ? '-' : '+';
  const int32_t absolute = minutes < 0 ? -minutes : minutes;
  append_int(out, absolute / 60, 2);
  if (colon) out += ':';
  if (token != TimeToken::kNumShortZone && token != TimeToken::kIsoShortZone) append_int(out, absolute % 60, 2);
  if (!seconds) return;
  if (colon) out += ':';
  append_int(out, (minutes < 0 ? -offset : offset) % 60, 2);
}

}  // namespace

void TimeLayout::format(std::string& out, const Instant& time, const TimeZone& zone) const {
  const int32_t offset = zone.offset_at(time.seconds);
  const CivilTime civil = civil_from_seconds(time.seconds + offset);
  const int64_t days = days_from_civil(civil.year, civil.month, civil.day);
  const auto weekday = static_cast<size_t>(((days + 4) % 7 + 7) % 7);
  const int64_t year_day = days - days_from_civil(civil.year, 1, 1) + 1;
  const int32_t hour12 = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  const auto padded = [&](int64_t value, size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), ' ');
    out += digits;
  };
  for (const Element& element : elements_) {
    out += element.prefix;
    const auto token = static_cast<TimeToken>(element.token);
    switch (token) {
      case TimeToken::kNone: break;
      case TimeToken::kYear: append_int(out, (civil.year < 0 ? -civil.year : civil.year) % 100, 2); break;
      case TimeToken::kLongYear: append_int(out, civil.year, 4); break;
      case TimeToken::kMonth: out += kMonthNames[civil.month - 1].substr(0, 3); break;
      case TimeToken::kLongMonth: out += kMonthNames[civil.month - 1]; break;
      case TimeToken::kNumMonth: append_int(out, civil.month, 0); break;
      case TimeToken::kZeroMonth: append_int(out, civil.month, 2); break;
      case TimeToken::kWeekday: out += kWeekdayNames[weekday].substr(0, 3); break;
      case TimeToken::kLongWeekday: out += kWeekdayNames[weekday]; break;
      case TimeToken::kDay: append_int(out, civil.day, 0); break;
      case TimeToken::kUnderDay: padded(civil.day, 2); break;
      case TimeToken::kZeroDay: append_int(out, civil.day, 2); break;
      case TimeToken::kUnderYearDay: padded(year_day, 3); break;
      case TimeToken::kZeroYearDay: append_int(out, year_day, 3); break;
      case TimeToken::kHour: append_int(out, civil.hour, 2); break;
      case TimeToken::kHour12: append_int(out, hour12, 0); break;
      case TimeToken::kZeroHour12: append_int(out, hour12, 2); break;
      case TimeToken::kMinute: append_int(out, civil.minute, 0); break;
      case TimeToken::kZeroMinute: append_int(out, civil.minute, 2); break;
      case TimeToken::kSecond: append_int(out, civil.second, 0); break;
      case TimeToken::kZeroSecond: append_int(out, civil.second, 2); break;
      case TimeToken::kPM: out += civil.hour >= 12 ? "PM" : "AM"; break;
      case TimeToken::kpm: out += civil.hour >= 12 ? "pm" : "am"; break;
      case TimeToken::kZoneName: out += zone.abbreviation_at(time.seconds); break;
      case TimeToken::kFraction0:
      case TimeToken::kFraction9: append_fraction(out, element, time.nanos); break;
      default: append_offset(out, token, offset); break;
    }
  }
}

}  // namespace invar
