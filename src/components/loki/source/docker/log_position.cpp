#include "src/components/loki/source/docker/log_position.h"

#include <algorithm>
#include <charconv>

namespace invar::loki_source_docker {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
/// Lines of the two standard streams are not quite in the order of their times.
constexpr int64_t kSlackSeconds = 1;
constexpr size_t kMostSeconds = 3600;

int64_t second_of(int64_t ns) { return ns / kSecondNs - (ns % kSecondNs < 0 ? 1 : 0); }

template <class Number>
bool take_number(std::string_view& text, Number& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take_space(std::string_view& text) {
  if (!text.starts_with(' ')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

int64_t LogPosition::seconds() const { return known() ? second_of(last_ns) : since; }

std::string LogPosition::text() const { return std::to_string(since) + " " + std::to_string(lines) + " " + std::to_string(last_ns); }

std::optional<LogPosition> LogPosition::parse(std::string_view text) {
  LogPosition position;
  const bool counted = take_number(text, position.since) && take_space(text) && take_number(text, position.lines);
  const bool whole = counted && take_space(text) && take_number(text, position.last_ns);
  return whole && text.empty() ? std::optional(position) : std::nullopt;
}

void PositionTracker::begin(LogPosition from) {
  from_ = from;
  skips_ = from.known();
  skipped_ = 0;
  since_ = from.since;
  last_ns_ = from.last_ns;
  seconds_.clear();
}

bool PositionTracker::next(int64_t time_ns) {
  const int64_t second = second_of(time_ns);
  if (skips_) {
    if (second < from_.since) return false;  // an engine that tells more than it was asked for
    if (skipped_ < from_.lines && time_ns <= from_.last_ns) {
      ++skipped_;
      count(second);
      return false;
    }
    skips_ = false;
  }
  // Where the clock has gone back counting begins anew: it is then less than what was read, and never more.
  if (second < since_ || (last_ns_ != INT64_MIN && second < second_of(last_ns_) - kSlackSeconds)) {
    seconds_.clear();
    since_ = second;
    last_ns_ = time_ns;
  }
  count(second);
  last_ns_ = std::max(last_ns_, time_ns);
  return true;
}

void PositionTracker::count(int64_t second) {
  auto at = seconds_.end();
  while (at != seconds_.begin() && std::prev(at)->first > second) --at;
  if (at != seconds_.begin() && std::prev(at)->first == second) ++std::prev(at)->second;
  else seconds_.insert(at, {second, 1});
}

LogPosition PositionTracker::position(std::optional<int64_t> unfinished_ns) {
  if (skips_ || last_ns_ == INT64_MIN) return from_;
  int64_t since = second_of(last_ns_) - kSlackSeconds;
  if (unfinished_ns) since = std::min(since, second_of(*unfinished_ns));
  since_ = std::max(since_, since);
  while (!seconds_.empty() && seconds_.front().first < since_) seconds_.pop_front();
  while (seconds_.size() > kMostSeconds) {
    seconds_.pop_front();
    since_ = seconds_.front().first;
  }
  LogPosition position{since_, 0, last_ns_};
  for (const auto& [_, lines] : seconds_) position.lines += lines;
  return position;
}

}  // namespace invar::loki_source_docker
