#include "src/text/time_tokens.h"

namespace invar {
namespace {

struct Found {
  TimeToken token = TimeToken::kNone;
  size_t length = 0;
};

bool starts_lower(std::string_view text) { return !text.empty() && text[0] >= 'a' && text[0] <= 'z'; }
bool is_digit_at(std::string_view text, size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; }

Found find_zone(std::string_view rest, bool iso) {
  struct Form {
    std::string_view digits;
    TimeToken number, iso;
  };
  static constexpr Form kForms[] = {{"070000", TimeToken::kNumSecondsZone, TimeToken::kIsoSecondsZone},
                                    {"07:00:00", TimeToken::kNumColonSecondsZone, TimeToken::kIsoColonSecondsZone},
                                    {"0700", TimeToken::kNumZone, TimeToken::kIsoZone},
                                    {"07:00", TimeToken::kNumColonZone, TimeToken::kIsoColonZone},
                                    {"07", TimeToken::kNumShortZone, TimeToken::kIsoShortZone}};
  for (const Form& form : kForms)
    if (rest.substr(1).starts_with(form.digits)) return {iso ? form.iso : form.number, form.digits.size() + 1};
  return {};
}

Found find_zero(std::string_view rest) {
  static constexpr TimeToken kTokens[] = {TimeToken::kZeroMonth,  TimeToken::kZeroDay,    TimeToken::kZeroHour12,
                                          TimeToken::kZeroMinute, TimeToken::kZeroSecond, TimeToken::kYear};
  if (rest.size() >= 2 && rest[1] >= '1' && rest[1] <= '6') return {kTokens[rest[1] - '1'], 2};
  if (rest.starts_with("002")) return {TimeToken::kZeroYearDay, 3};
  return {};
}

// The token at the front of `rest`, if there is one.
Found find_token(std::string_view rest) {
  switch (rest[0]) {
    case 'J':
      if (rest.starts_with("January")) return {TimeToken::kLongMonth, 7};
      if (rest.starts_with("Jan") && !starts_lower(rest.substr(3))) return {TimeToken::kMonth, 3};
      return {};
    case 'M':
      if (rest.starts_with("Monday")) return {TimeToken::kLongWeekday, 6};
      if (rest.starts_with("Mon") && !starts_lower(rest.substr(3))) return {TimeToken::kWeekday, 3};
      if (rest.starts_with("MST")) return {TimeToken::kZoneName, 3};
      return {};
    case '0': return find_zero(rest);
    case '1': return rest.starts_with("15") ? Found{TimeToken::kHour, 2} : Found{TimeToken::kNumMonth, 1};
    case '2': return rest.starts_with("2006") ? Found{TimeToken::kLongYear, 4} : Found{TimeToken::kDay, 1};
    case '_':
      if (rest.starts_with("__2")) return {TimeToken::kUnderYearDay, 3};
      // _2006 is a literal _ before the year.
      if (rest.starts_with("_2") && !rest.starts_with("_2006")) return {TimeToken::kUnderDay, 2};
      return {};
    case '3': return {TimeToken::kHour12, 1};
    case '4': return {TimeToken::kMinute, 1};
    case '5': return {TimeToken::kSecond, 1};
    case 'P': return rest.starts_with("PM") ? Found{TimeToken::kPM, 2} : Found{};
    case 'p': return rest.starts_with("pm") ? Found{TimeToken::kpm, 2} : Found{};
    case '-': return find_zone(rest, false);
    case 'Z': return find_zone(rest, true);
    case '.':
    case ',': {
      if (rest.size() < 2 || (rest[1] != '0' && rest[1] != '9')) return {};
      size_t end = 1;
      while (end < rest.size() && rest[end] == rest[1]) ++end;
      if (is_digit_at(rest, end)) return {};
      return {rest[1] == '0' ? TimeToken::kFraction0 : TimeToken::kFraction9, end};
    }
    default: return {};
  }
}

}  // namespace

std::vector<TimeLayout::Element> cut_layout(std::string_view layout) {
  std::vector<TimeLayout::Element> out;
  TimeLayout::Element element;
  while (!layout.empty()) {
    const Found found = find_token(layout);
    if (found.length == 0) {
      element.prefix += layout[0];
      layout.remove_prefix(1);
      continue;
    }
    element.token = static_cast<uint8_t>(found.token);
    element.written = layout.substr(0, found.length);
    if (found.token == TimeToken::kFraction0 || found.token == TimeToken::kFraction9) {
      element.digits = static_cast<uint16_t>(found.length - 1);
      element.separator = layout[0];
    }
    out.push_back(std::move(element));
    element = {};
    layout.remove_prefix(found.length);
  }
  out.push_back(std::move(element));
  return out;
}

}  // namespace invar
