#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/io/http_message.h"

namespace invar {

class Fd;
class TlsServer;

/// A request with its whole body.
struct IngestRequest {
  std::string method;
  std::string path;    // percent-decoded, without the query
  std::vector<HttpHeader> headers;
  std::string body;    // as sent: an encoding is the handler's matter
  std::string remote_ip;
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

struct IngestResponse {
  int status = 200;
  std::string content_type;  // empty: none
  std::string body;
  bool nosniff = false;
  /// What Go's http.Error writes.
  static IngestResponse error(int status, std::string_view text);
};

/// The HTTP/1.1 server for senders of data: many connections, large bodies, one event loop on a thread of its own. Handlers run on it and must not block; they
/// answer at once or later, from any thread. Encoded bodies are passed on as they are.
class IngestServer {
 public:
  struct Options {
    size_t connections = 0;           // 0: as many as descriptors allow
    size_t body_bytes = 100u << 20;   // of one request
    uint64_t read_ms = 30'000;        // from a request's first byte to its last
    uint64_t idle_ms = 120'000;       // between requests
    /// The whole text of an answer to a body that declares more than body_bytes; none: 413.
    std::function<IngestResponse(size_t declared)> too_large;
    /// Told, on the server's loop, when the number of connections changes.
    std::function<void(size_t connections)> counted;
  };
  /// Call it exactly once.
  using Respond = std::function<void(IngestResponse)>;
  using Handler = std::function<void(IngestRequest, Respond)>;

  IngestServer(Options options, Handler handler);
  /// stop() without patience.
  ~IngestServer();
  IngestServer(const IngestServer&) = delete;
  IngestServer& operator=(const IngestServer&) = delete;

  /// Binds, but takes no connection yet. Go's words, as AdminServer.
  Result<void> bind(const std::string& address, std::shared_ptr<TlsServer> tls);
  /// The same with the socket of another server, which may be serving: both get connections until one of them is closed.
  Result<void> share(const IngestServer& other, std::shared_ptr<TlsServer> tls);
  /// Begins to serve.
  void start();
  /// The address in use; empty before bind().
  const std::string& address() const;
  /// Accepts no more, and closes what is idle. `stopped` is called on the server's loop once no request is being served any more.
  void close(std::function<void()> stopped);

 private:
  struct Inside;
  void take_listener(Fd listener, std::shared_ptr<TlsServer> tls);
  std::unique_ptr<Inside> inside_;
};

}  // namespace invar
