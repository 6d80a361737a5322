#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/telemetry/wire/push_request.h"

namespace invar::loki_source_api {

/// A request as it came, for the disk.
struct OriginalPush {
  std::string content_type, content_encoding, body;
};

/// A decoded request on its way to a lane. A raw one has one stream, which gets the configured labels only.
struct Push {
  loki_push::PushRequestPtr request;
  std::string tenant;
  bool raw = false;
  int64_t created_ns = 0;
  int64_t first_time_ns = 0;  // of its entries, where senders' timestamps are not kept; 0: given when they are handed on
  std::optional<OriginalPush> original;  // only where it is written ahead
  /// Called once, on the lane: the sender's entries are taken, as far as it is to wait for, or they are not.
  std::function<void(bool taken)> done;
};

/// One entry per line that is not empty.
loki_push::PushRequestPtr raw_request(std::string body);

/// A push as bytes that the next process understands too; its request is not needed for that.
std::string pack(const Push& push);
/// Bytes nobody vouches for: the push they are, decoded, or an error.
Result<Push> unpack(std::string_view bytes, size_t body_limit);

}  // namespace invar::loki_source_api
