#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "src/io/file.h"
#include "src/io/listener.h"
#include "src/io/loop.h"
#include "src/io/wire.h"

namespace invar {

/// A request read whole, on its way through a handler, which alone uses `wire` until it gives the exchange back.
struct HttpExchange {
  Wire* wire = nullptr;
  std::string head;  // as received, with its empty line
  std::string body;
  std::string remote_ip;
  int remote_port = 0;
  bool keep = true;  // the connection may serve another request
  void* connection = nullptr;
};

struct HttpLimits {
  size_t connections = 256;             // more: the longest idle one is closed
  size_t header_bytes = 32u << 10;      // beyond: 431
  size_t body_bytes = 4u << 20;         // beyond: 413
  size_t buffered_bytes = 16u << 20;    // of all connections together; beyond: 503
  bool encoded_bodies = false;          // else they are refused with 415
  uint64_t request_ms = 10'000;         // from a request's first byte to its last
  uint64_t idle_ms = 60'000;            // between requests
};

/// All connections of an HTTP/1 server, on one loop: it accepts, reads requests whole and within the limits, and hands them out. Silent and slow peers wait
/// here, where they cost only their memory.
class HttpFront {
 public:
  /// `serve` gets each request on the loop; done() is called for it later.
  HttpFront(Loop& loop, HttpLimits limits, std::function<void(HttpExchange)> serve);
  ~HttpFront();
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  Result<void> listen(Fd listener);
  /// Connections accepted from now on speak TLS; nullptr: plain HTTP.
  void set_tls(std::shared_ptr<TlsServer> tls) { tls_ = std::move(tls); }
  /// The whole answer to a body whose declared size is beyond the limit, instead of 413.
  void set_too_large(std::function<std::string(const std::string& head, size_t size)> answer) { too_large_ = std::move(answer); }
  /// Told when their number changes.
  void set_counted(std::function<void(size_t connections)> counted) { counted_ = std::move(counted); }
  /// The answer to this exchange is written.
  void done(const HttpExchange& exchange);
  /// Accepts no more and closes all connections but those being served.
  void stop();
  /// No connection is left.
  bool idle() const { return connections_.empty(); }

 private:
  struct Connection;
  using Connections = std::list<std::unique_ptr<Connection>>;
  void take_in(Fd fd, std::string remote_ip, int remote_port);
  void make_room();
  void read_some_of(Connection& connection);
  bool take_bytes(Connection& connection, const char* bytes, size_t size);
  void look_at(Connection& connection);
  void hand_out(Connection& connection);
  void refuse(Connection& connection, int status, size_t size);
  void leave(Connection& connection);
  void close(Connection& connection);

  Loop& loop_;
  const HttpLimits limits_;
  const std::function<void(HttpExchange)> serve_;
  std::function<std::string(const std::string& head, size_t size)> too_large_;
  std::function<void(size_t)> counted_;
  std::shared_ptr<TlsServer> tls_;
  std::unique_ptr<Acceptor> acceptor_;
  Connections connections_;          // longest unused first
  size_t buffered_ = 0;              // bytes of unfinished requests
  bool stopping_ = false;
  std::unique_ptr<char[]> piece_;
  Connection* looked_at_ = nullptr;  // until it is closed
};

}  // namespace invar
