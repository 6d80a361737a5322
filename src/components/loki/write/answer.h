#pragma once

#include <cstdint>
#include <string>

#include "src/io/http_client.h"

namespace invar::loki_write {

/// What an answer to a push asks for.
enum class Answer : uint8_t {
  kTaken,
  kRepeat,        // later, with the same bytes
  kMisconfigured, // the same, but somebody has to mend something first
  kSplit,         // too large
  kRateLimited,   // 429 where the config does not want it repeated
  kRefused,
};
/// `status` -1: none came.
Answer answer_of(int status, bool retry_on_429);

/// Alloy's text: `server returned HTTP status 500 Internal Server Error (500): <first line>`.
std::string status_text(const HttpResponse& answer);

/// Retry-After (RFC 9110 10.2.3), in seconds or as a date; at most an hour, 0 when absent. `now_ns` since the epoch.
int64_t retry_after_ns(const HttpResponse& answer, int64_t now_ns);

}  // namespace invar::loki_write
