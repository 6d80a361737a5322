#pragma once

#include <cstdint>

namespace invar {

/// A date and time of day without a zone, in the proleptic Gregorian calendar (year 0 exists).
struct CivilTime {
  int64_t year = 0;
  int32_t month = 1;  ///< 1 to 12
  int32_t day = 1;
  int32_t hour = 0, minute = 0, second = 0;
};

constexpr bool is_leap_year(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int32_t days_in_month(int32_t month, int64_t year) {
  constexpr int8_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : kDays[month - 1];
}

/// Days since 1970-01-01; `day` may lie outside of the month.
constexpr int64_t days_from_civil(int64_t year, int32_t month, int32_t day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

/// Seconds since the epoch, as if the time were UTC.
constexpr int64_t seconds_from_civil(const CivilTime& time) {
  return days_from_civil(time.year, time.month, time.day) * 86400 + time.hour * 3600 + time.minute * 60 + time.second;
}

constexpr CivilTime civil_from_seconds(int64_t seconds) {
  int64_t days = seconds / 86400;
  int64_t rest = seconds % 86400;
  if (rest < 0) rest += 86400, --days;
  CivilTime out;
  out.hour = static_cast<int32_t>(rest / 3600);
  out.minute = static_cast<int32_t>(rest / 60 % 60);
  out.second = static_cast<int32_t>(rest % 60);
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  out.day = static_cast<int32_t>(day_of_year - (153 * shifted + 2) / 5 + 1);
  out.month = static_cast<int32_t>(shifted < 10 ? shifted + 3 : shifted - 9);
  out.year = year_of_era + era * 400 + (out.month <= 2);
  return out;
}

}  // namespace invar
