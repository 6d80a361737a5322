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
    kHalf,     ///< answers with half of a reply, then ends the connection; takes nothing
    kHangUp,   ///< ends connections before a byte is sent, in the middle of a TLS handshake
    kSlow,     ///< reads 100 kB a second
  };
  Kind kind = Kind::kNone;
  int status = 0;
  std::string name = "ok";
  int every = 1;                ///< hits every nth push only
  int times = 0;                ///< ends after so many hits; 0: never
  std::string body = "a fault, as asked for\n";  ///< of a status
  int64_t until = 0;            ///< monotonic milliseconds; 0: for ever
};

/// Reads `ok`, a status such as `503`, `reset`, `refuse`, `stall`, `lostack`, `half`, `hangup` or `slow`.
Result<Fault> read_fault(const std::string& name);

/// Milliseconds of `20s`, `1.5s`, `300ms`, `2m`.
Result<int64_t> read_duration(const std::string& text);

}  // namespace invar::loki_sink
