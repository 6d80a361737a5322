#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/telemetry/arena.h"

namespace invar::loki_source_kafka {

/// A partition, from the moment the group gives it to this member until it is taken back. Immutable, shared between threads.
struct Claim {
  uint64_t id = 0;  // of this component, never used again
  std::string topic;
  int32_t partition = 0;
  std::string member_id, group_id;
  size_t lane = 0;
};
using ClaimPtr = std::shared_ptr<const Claim>;

/// Messages of one claim in a row, for its lane, which keeps them until they are settled.
struct KafkaBatch {
  static constexpr size_t kMaxRows = 512;
  static constexpr size_t kMaxBytes = 256 * 1024;
  struct Row {
    std::string_view line, key;
    int64_t offset = 0;
    int64_t time_ms = -1;  // of the message; -1: it has none
    int64_t time_ns = 0;   // of the entry, once it has been sent: sent again, it is the same
  };
  ClaimPtr claim;
  std::vector<Row> rows;
  int64_t next_offset = 0;  // behind the last of them
  size_t bytes = 0;
  Arena texts;
};
using KafkaBatchPtr = std::shared_ptr<KafkaBatch>;

/// A claim whose messages are all settled up to an offset.
struct SettledOffset {
  uint64_t claim = 0;
  int64_t next_offset = 0;
};

}  // namespace invar::loki_source_kafka
