#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "src/text/time_layout.h"

namespace invar {

/// What a layout's reference time says at a place.
enum class TimeToken : uint8_t {
  kNone, kLongMonth, kMonth, kNumMonth, kZeroMonth, kLongWeekday, kWeekday, kDay, kUnderDay, kZeroDay, kUnderYearDay, kZeroYearDay,
  kHour, kHour12, kZeroHour12, kMinute, kZeroMinute, kSecond, kZeroSecond, kLongYear, kYear, kPM, kpm, kZoneName,
  kIsoZone, kIsoSecondsZone, kIsoShortZone, kIsoColonZone, kIsoColonSecondsZone,
  kNumZone, kNumSecondsZone, kNumShortZone, kNumColonZone, kNumColonSecondsZone, kFraction0, kFraction9,
};

/// Takes a layout apart; the last element is the text behind all tokens.
std::vector<TimeLayout::Element> cut_layout(std::string_view layout);

inline constexpr std::string_view kMonthNames[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
                                                   "October", "November", "December"};
inline constexpr std::string_view kWeekdayNames[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

}  // namespace invar
