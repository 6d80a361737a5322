#pragma once

#include <algorithm>
#include <cstdint>

namespace invar::loki_process {

/// The rate limiter of golang.org/x/time/rate, in the same floating point: `burst` tokens at first, `rate` more each second. Times are Clock::steady_ns.
class TokenBucket {
 public:
  TokenBucket(double rate, int64_t burst) : rate_(rate), burst_(static_cast<double>(burst)), tokens_(burst_) {}

  /// Takes a token if there is one.
  bool allow(int64_t now_ns) {
    const double tokens = at(now_ns) - 1;
    if (wait_ns(tokens) > 0) return false;
    take(now_ns, tokens);
    return true;
  }
  /// Takes a token, if need be one that comes later; returns when that is.
  int64_t reserve(int64_t now_ns) {
    const double tokens = at(now_ns) - 1;
    take(now_ns, tokens);
    const int64_t wait = wait_ns(tokens);
    return now_ns > INT64_MAX - wait ? INT64_MAX : now_ns + wait;
  }

 private:
  double at(int64_t now_ns) const {
    if (!begun_) return tokens_;
    const int64_t elapsed = std::max<int64_t>(0, now_ns - last_ns_);
    return std::min(burst_, tokens_ + static_cast<double>(elapsed) / 1e9 * rate_);
  }
  int64_t wait_ns(double tokens) const {
    if (tokens >= 0) return 0;
    const double wait = -tokens / rate_ * 1e9;
    return wait >= 9.2e18 ? INT64_MAX : static_cast<int64_t>(wait);
  }
  void take(int64_t now_ns, double tokens) {
    begun_ = true;
    last_ns_ = now_ns;
    tokens_ = tokens;
  }

  double rate_;
  double burst_;
  double tokens_;
  int64_t last_ns_ = 0;
  bool begun_ = false;
};

}  // namespace invar::loki_process
