#pragma once

#include <string>
#include <utility>
#include <vector>

namespace invar {

/// An answer with its header lines as they came.
struct RawAnswer {
  int status = 0;  // 0: none
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // without its chunks
  std::string header(std::string_view name) const;
};

/// One HTTP/1.1 request to 127.0.0.1 with exactly these headers (and Host, Content-Length, Connection: close). Waits up to `seconds` for the whole answer; of one
/// that does not end, what came.
RawAnswer http_exchange(int port, const std::string& method, const std::string& path, const std::vector<std::pair<std::string, std::string>>& headers = {},
                        const std::string& body = {}, double seconds = 10);

/// A port of 127.0.0.1 that nobody listens on.
int free_port();

}  // namespace invar
