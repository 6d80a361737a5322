#pragma once

#include <cstring>
#include <string_view>

#include "src/text/time_layout.h"

namespace invar {

/// Reads RFC3339Nano times of container logs as Go's time.Parse does. Remembers the last second: of successive lines only the fraction differs. One
/// lane.
class LineTime {
 public:
  /// Unix nanoseconds; false (and `ns` unchanged) when it is no such time.
  bool parse(std::string_view text, int64_t& ns) {
    if (text.size() > kSecond + 2 && text.size() <= kSecond + 11 && text.back() == 'Z' && text[kSecond] == '.' && same_second(text.data())) {
      int64_t fraction = 0;
      for (size_t i = kSecond + 1; i + 1 < text.size(); ++i) {
        const auto digit = static_cast<unsigned char>(text[i] - '0');
        if (digit > 9) return parse_slow(text, ns);
        fraction = fraction * 10 + digit;
      }
      ns = second_ns_ + fraction * kScale[text.size() - kSecond - 2];
      return true;
    }
    return parse_slow(text, ns);
  }

 private:
  static constexpr size_t kSecond = 19;  // 2006-01-02T15:04:05
  static constexpr int64_t kScale[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};

  bool same_second(const char* text) const { return std::memcmp(text, second_, kSecond) == 0; }
  bool parse_slow(std::string_view text, int64_t& ns) {
    Instant instant;
    if (!parse_rfc3339(text, instant) && !layout_.parse(text, TimeZone(), instant)) return false;
    ns = instant.unix_nanos();
    if (text.size() > kSecond && text.back() == 'Z' && text[kSecond] == '.') {
      std::memcpy(second_, text.data(), kSecond);
      second_ns_ = Instant{instant.seconds, 0}.unix_nanos();
    }
    return true;
  }

  char second_[kSecond] = {"-"};  // begins no time
  int64_t second_ns_ = 0;
  TimeLayout layout_{"2006-01-02T15:04:05.999999999Z07:00"};
};

}  // namespace invar
