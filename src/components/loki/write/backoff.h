#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace invar::loki_write {

/// Exponential backoff with jitter (grafana/dskit backoff): between `low` and `high`, both doubling up to the maximum.
struct Backoff {
  int64_t low = 0, high = 0;

  int64_t next(int64_t shortest_ns, int64_t longest_ns) {
    if (low == 0 && high == 0) low = shortest_ns, high = std::min(2 * shortest_ns, longest_ns);
    int64_t wait = low;
    if (low < high) {
      thread_local std::minstd_rand random{std::random_device{}()};
      wait = std::uniform_int_distribution<int64_t>(low, high - 1)(random);
      low = std::min(2 * low, longest_ns);
      high = std::min(2 * high, longest_ns);
    }
    return std::max<int64_t>(wait, 0);
  }
};

}  // namespace invar::loki_write
