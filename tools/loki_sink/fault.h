#pragma once

#include <cstdint>
#include <string>

#include "src/base/result.h"

namespace invar::loki_sink {

/// What the sink does to pushes instead of taking them, and for how long.
struct Fault {
  enum class Kind : uint8_t {
    kNone,
    kStatus,   ///< answers with `status`
    kReset,    ///< drops the connection before the body is read
    kRefuse,   ///< shuts the listening address
    kStall,    ///< reads the request and never answers
    kLostAck,  ///< takes the request, then drops the connection: the sender cannot know
  };
  Kind kind = Kind::kNone;
  int status = 0;
  std::string name = "ok";
  int every = 1;                ///< hits every nth push only
  int64_t until = 0;            ///< monotonic milliseconds; 0: for ever
};

/// Reads `ok`, a status such as `503`, `reset`, `refuse`, `stall` or `lostack`.
Result<Fault> read_fault(const std::string& name);

/// Milliseconds of `20s`, `1.5s`, `300ms`, `2m`.
Result<int64_t> read_duration(const std::string& text);

}  // namespace invar::loki_sink
