#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/io/http_message.h"

namespace invar {

class TlsServer;

struct AdminRequest {
  std::string method;
  std::string path;    // percent-decoded, without the query
  std::string target;  // as sent: path and query
  std::vector<HttpHeader> headers;
  std::string body;
  std::string remote_address;  // ip:port
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
  /// The first value of a query parameter, decoded; nothing when absent.
  std::optional<std::string> query(std::string_view name) const;
};

struct AdminResponse {
  int status = 200;
  std::vector<HttpHeader> headers;  // names as given
  std::string body;                 // sent with Content-Length, unless `chunked`
  bool chunked = false;
  /// Which compressions the client may have instead; sets Content-Encoding.
  enum class Packed : uint8_t { kNever, kGzip, kGzipOrDeflate };
  Packed packed = Packed::kNever;
  /// When set, the answer is a stream without a known end: called again and again on a thread of its own, appends what
  /// is there to `out`, waiting at most half a second for it, and returns false at the end. The client's leaving and
  /// stop() end it too: the function is then destroyed.
  std::function<bool(std::string& out)> stream;
};

/// What Go's http.Error writes: text/plain, nosniff, the text and a newline.
AdminResponse plain_error(int status, std::string_view text);
AdminResponse plain_text(int status, std::string body);

/// The HTTP server for people, probes and scrapers: few connections, small requests, handlers that may block. Handlers
/// run on up to `threads` threads at once, streams on further ones; they change state only by call_on(main, ...). One
/// thread waits for all connections, so silent or slow peers hold no handler thread.
class AdminServer {
 public:
  struct Limits {
    int threads = 4;
    int streams = 16;
    int connections = 256;            // more: the longest idle one is closed
    size_t header_bytes = 32u << 10;  // beyond: 431
    size_t body_bytes = 4u << 20;     // beyond: 413; encoded bodies are refused with 415
    uint64_t request_ms = 10'000;     // from a request's first byte to its last
    uint64_t idle_ms = 60'000;        // between requests
    uint64_t write_ms = 30'000;       // without progress
  };
  using Handler = std::function<AdminResponse(const AdminRequest&)>;
  /// May answer in place of any handler (authentication); nothing lets the request pass.
  using Filter = std::function<std::optional<AdminResponse>(const AdminRequest&)>;

  AdminServer();
  explicit AdminServer(Limits limits);
  /// stop().
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// Routes may be added at any time, from any thread; a later equal one replaces. An empty method is any method. Exact
  /// paths win over prefixes, longer prefixes over shorter ones, a method over any. Nothing found: Go's `404 page not
  /// found`.
  void route(std::string_view method, std::string path, Handler handler);
  void route_prefix(std::string_view method, std::string prefix, Handler handler);
  void set_filter(Filter filter);

  /// Binds `host:port` and serves at once. Port 0 takes a free one. The error is Go's: `listen tcp 127.0.0.1:12345:
  /// bind: address already in use`.
  Result<void> listen(const std::string& address);
  /// Connections accepted from now on speak TLS; nullptr: plain HTTP. Any thread.
  void set_tls(std::shared_ptr<TlsServer> tls);
  /// The address in use, `127.0.0.1:40123`; empty before listen().
  std::string address() const;
  uint16_t port() const;
  /// Closes the listener, lets running handlers finish, ends streams. Not from a handler. `meanwhile` is called every
  /// few milliseconds: a thread that owns a loop on which handlers may be waiting (call_on) lets it turn there.
  void stop(const std::function<void()>& meanwhile = [] {});

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace invar
