#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"

namespace invar::loki_sink {

/// A request as it lies in its connection's buffer; views live until the handler returns.
struct Request {
  std::string_view method, path, query, body;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  size_t head_size = 0;     ///< bytes up to the body
  size_t body_size = 0;     ///< Content-Length
  bool keeps_alive = true;

  /// The value of a header, or "". Names compare without case.
  std::string_view header(std::string_view name) const;
  /// A query parameter, percent-decoded, or "".
  std::string parameter(std::string_view name) const;
  bool has_parameter(std::string_view name) const;
};

/// How a request ends.
enum class Fate : uint8_t {
  kAnswer,  ///< the reply is sent
  kReset,   ///< the connection is dropped with a RST, nothing is sent
  kHold,    ///< nothing is sent until Server::drop_held()
  kHalf,    ///< the first half of the reply is sent, then the connection ends
};

struct Reply {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
  std::string header;           ///< further header lines, each with \r\n
  Fate fate = Fate::kAnswer;
  int delay_milliseconds = 0;   ///< waits so long before the answer
};

/// Reads a request's head if `bytes` hold all of it: true. False: more bytes are needed.
Result<bool> read_head(std::string_view bytes, Request& request);

/// The bytes of an HTTP/1.1 answer.
std::string write_reply(const Reply& reply, bool keeps_alive);

}  // namespace invar::loki_sink
