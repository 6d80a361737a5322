#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "src/io/http_client.h"

namespace invar::loki_write {

/// One `endpoint` block, checked and ready to use.
struct EndpointConfig {
  std::string name;
  std::string url;
  std::string host;  // label of its metrics: the URL's host and port
  int64_t batch_wait_ns = 0;
  uint64_t batch_size = 0;
  int64_t timeout_ns = 0;
  int64_t min_backoff_ns = 0;
  int64_t max_backoff_ns = 0;
  int64_t max_retries = 0;  // 0: without end
  std::string tenant;
  bool retry_on_429 = true;
  uint64_t max_streams = 0;  // 0: no limit
  int64_t capacity = 0;      // bytes
  int64_t ample = 0;         // bytes, at most capacity: with so many it never waits for its sources
  size_t queued_batches = 1; // full batches that may wait where block_on_overflow is false
  uint32_t shards = 1;
  int64_t drain_timeout_ns = 0;
  bool block_on_overflow = true;
  uint64_t spill_retry_ms = 1000;  // a disk that refuses lines is tried again after so long, and after twice as long each time
  bool write_ahead = false;  // everything goes through the spill
  std::string wal_id;        // label of the metrics that Alloy has for its write-ahead log
  std::vector<std::pair<std::string, std::string>> headers;
  HttpClientConfig http;
};

/// Milliseconds that are not shorter.
inline uint64_t to_ms(int64_t ns) { return static_cast<uint64_t>((ns > 0 ? ns + 999'999 : 0) / 1'000'000); }

}  // namespace invar::loki_write
