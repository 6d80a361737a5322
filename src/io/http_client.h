#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/io/http_auth.h"
#include "src/io/http_message.h"
#include "src/io/loop.h"
#include "src/io/proxy.h"
#include "src/io/tls.h"

namespace invar {

/// What all requests of one client share: the arguments of a component's client block.
struct HttpClientConfig {
  TlsConfig tls;
  ProxyConfig proxy;
  HttpAuthConfig auth;
  std::vector<std::pair<std::string, Secret>> headers;  // sent with every request that does not have them itself
  std::string user_agent;
  bool follow_redirects = true;  // at most 10; a POST stays a POST with its body, but for 303
  bool http2 = false;            // over TLS only, never in clear text
  uint32_t max_idle_connections = 8;
  std::string unix_socket;  // path: every request goes there, whatever host its URL names, and past proxies
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<HttpHeader> headers;
  HttpBody body;
  uint64_t timeout_ms = 0;          // from send() to the last byte; 0: none
  uint64_t connect_timeout_ms = 0;  // 0: 30 s
  uint64_t silence_timeout_ms = 0;  // fails after so long without a byte of the answer; 0: none
  size_t body_limit = 1u << 20;     // more of the answer is thrown away (HttpResponse::truncated); not for on_data

  /// For answers without an end: called with status and headers, then with each piece, in order; HttpResponse::body
  /// stays empty. Redirects that are followed are not shown.
  std::function<void(int status, const std::vector<HttpHeader>&)> on_head;
  std::function<void(std::string_view)> on_data;
};

struct HttpResponse {
  int status = 0;
  std::string status_text;  // as the server wrote it, empty with HTTP/2
  std::vector<HttpHeader> headers;
  std::string body;
  bool truncated = false;
  std::string final_url;
  int64_t duration_ns = 0;
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

/// A request under way. Destroying it cancels: the callback is then not called. Belongs to the client's loop.
class HttpCall {
 public:
  HttpCall() = default;
  HttpCall(HttpCall&&) noexcept;
  HttpCall& operator=(HttpCall&&) noexcept;
  ~HttpCall();
  void cancel();
  /// Lets the request run to its end without this handle.
  void detach();
  /// Stops and starts reading the answer (HTTP/1.1 only); for on_data.
  void pause();
  void resume();
  bool pending() const;

 private:
  friend class HttpClient;
  struct Inside;
  explicit HttpCall(std::weak_ptr<Inside> inside) : inside_(std::move(inside)) {}
  std::weak_ptr<Inside> inside_;
};

/// HTTP/1.1 and HTTP/2 over TLS on one loop, with a connection pool of its own. Destroying it cancels what is under
/// way. A new configuration is a new client.
class HttpClient {
 public:
  /// An answer with any status is a response. No answer is an Error with reason timeout, refused, unreachable, reset,
  /// dns, tls, proxy, auth, redirects, url, header or io, and a text as Go's:
  /// `Post "http://h:1/x": dial tcp 127.0.0.1:1: connect: connection refused`.
  using Done = std::function<void(Result<HttpResponse>)>;

  HttpClient(Loop& loop, HttpClientConfig config = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `done` is called on the loop, never before send() has returned.
  [[nodiscard]] HttpCall send(HttpRequest request, Done done);

 private:
  friend class HttpCall;
  struct Inside;
  std::shared_ptr<Inside> inside_;
};

}  // namespace invar
