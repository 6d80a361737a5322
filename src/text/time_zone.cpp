#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <algorithm>
#include <chrono>

#include "src/text/time_layout.h"

namespace invar {
namespace {

using Seconds = std::chrono::duration<int64_t>;
using TimePoint = cctz::time_point<cctz::seconds>;

TimePoint point(int64_t unix_seconds) { return TimePoint(cctz::seconds(unix_seconds)); }
int64_t unix_seconds(const TimePoint& at) { return at.time_since_epoch().count(); }

}  // namespace

// All changes of a zone's clock, so that a look-up is a search in a table.
struct TimeZone::Rules {
  struct Period {
    int64_t begin;
    int32_t offset;
    std::string abbreviation;
  };
  cctz::time_zone zone;
  std::vector<Period> periods;
  int64_t end = 0;  // beyond it cctz is asked

  explicit Rules(cctz::time_zone source) : zone(std::move(source)) {
    add(INT64_MIN / 4);
    TimePoint at = point(INT64_MIN / 4);
    cctz::time_zone::civil_transition transition;
    while (zone.next_transition(at, &transition)) {
      at = point(unix_seconds(zone.lookup(transition.to).trans));
      add(unix_seconds(at));
      end = periods.back().begin;
    }
  }

  Rules(std::string name, int32_t offset) : zone(cctz::utc_time_zone()) {
    if (name.empty()) {
      const int32_t minutes = offset / 60, absolute = minutes < 0 ? -minutes : minutes;
      const auto two_digits = [](int32_t value) { return std::string(1, static_cast<char>('0' + value / 10)) + static_cast<char>('0' + value % 10); };
      name = (minutes < 0 ? "-" : "+") + two_digits(absolute / 60 % 100) + two_digits(absolute % 60);
    }
    periods.push_back({INT64_MIN / 4, offset, std::move(name)});
  }

  void add(int64_t begin) {
    const auto found = zone.lookup(point(begin));
    periods.push_back({begin, found.offset, found.abbr});
  }

  const Period* find(int64_t unix_time) const {
    if (unix_time >= end && periods.size() > 1) return nullptr;
    auto after = std::upper_bound(periods.begin(), periods.end(), unix_time,
                                  [](int64_t time, const Period& period) { return time < period.begin; });
    return after == periods.begin() ? &periods.front() : &*std::prev(after);
  }
};

Result<TimeZone> TimeZone::load(std::string_view name) {
  if (name.empty() || name == "UTC") return TimeZone();
  if (name == "Local") return local();
  if (name.find("..") != std::string_view::npos || name[0] == '/' || name[0] == '\\') return Error{"time: invalid location name", {}};
  cctz::time_zone zone;
  const bool plain = name.find(':') == std::string_view::npos && !name.starts_with("Fixed/");
  if (!plain || !cctz::load_time_zone(std::string(name), &zone)) return Error{"unknown time zone " + std::string(name), {}};
  return TimeZone(std::make_shared<const Rules>(std::move(zone)));
}

TimeZone TimeZone::local() {
  const cctz::time_zone zone = cctz::local_time_zone();
  if (zone == cctz::utc_time_zone()) return {};
  return TimeZone(std::make_shared<const Rules>(zone));
}

TimeZone TimeZone::fixed(std::string name, int32_t offset) { return TimeZone(std::make_shared<const Rules>(std::move(name), offset)); }

int32_t TimeZone::offset_at(int64_t unix_time) const {
  if (!rules_) return 0;
  const auto* period = rules_->find(unix_time);
  return period != nullptr ? period->offset : rules_->zone.lookup(point(unix_time)).offset;
}

std::string TimeZone::abbreviation_at(int64_t unix_time) const {
  if (!rules_) return "UTC";
  const auto* period = rules_->find(unix_time);
  return period != nullptr ? period->abbreviation : rules_->zone.lookup(point(unix_time)).abbr;
}

std::optional<int32_t> TimeZone::offset_named(std::string_view abbreviation, int64_t civil_seconds) const {
  if (!rules_) return std::nullopt;
  std::optional<int32_t> first;
  for (const auto& period : rules_->periods) {
    if (period.abbreviation != abbreviation) continue;
    if (!first) first = period.offset;
    const int64_t at = civil_seconds - period.offset;
    if (abbreviation_at(at) == abbreviation) return offset_at(at);
  }
  return first;
}

}  // namespace invar
