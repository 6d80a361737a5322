#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "src/base/result.h"
#include "tools/loki_sink/http/request.h"
#include "tools/loki_sink/http/wire.h"

namespace invar::loki_sink {

/// Answers requests; called by the server's loop, on its thread.
class Handler {
 public:
  virtual ~Handler() = default;
  /// The head of a request has come, its body not. True: the connection is dropped with a RST.
  virtual bool drops(const Request& head, bool on_control) = 0;
  virtual Reply answer(const Request& request, bool on_control) = 0;
  /// At least every 50 ms.
  virtual void tick() = 0;
};

/// A small HTTP/1.1 server: one thread, epoll, bodies read straight into one buffer a connection. It listens on an address
/// that can be shut (connections are then refused) and on a control address that always answers.
class Server {
 public:
  explicit Server(Handler& handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds `host:port`; port 0 takes a free one. Returns the bound address.
  Result<std::string> listen(const std::string& address, bool is_control, const TlsIdentity* identity);
  /// Closes or opens the listening address that is not for control; shutting resets its connections too.
  void set_open(bool open);
  /// New connections end before a byte is sent, a TLS handshake included; those there are end now.
  void set_hanging_up(bool hangs_up);
  /// Reads requests no faster, in all; 0: as fast as they come. Not on the control address.
  void set_read_rate(size_t bytes_per_second) { read_rate_ = bytes_per_second, budget_ = 0; }
  /// Resets the connections whose requests were held.
  void drop_held();
  /// Serves until `stop` is called, also from a signal handler.
  void run();
  void stop() { stopping_ = true; }

 private:
  struct Listener;
  struct Connection;
  using Connections = std::list<std::unique_ptr<Connection>>;

  Result<void> bind(Listener& listener);
  void accept_all(Listener& listener);
  void on_ready(Connection& connection, uint32_t events);
  bool read_more(Connection& connection);
  bool serve_buffer(Connection& connection);
  bool serve_one(Connection& connection);
  bool finish(Connection& connection, Reply reply);
  bool flush(Connection& connection);
  void send_due();
  void close_connection(Connection& connection);
  void close_pushing();
  void refill();
  bool is_slow(const Connection& connection) const;
  void watch(Connection& connection);

  Handler& handler_;
  int poll_;
  std::list<std::unique_ptr<Listener>> listeners_;
  Connections connections_;
  std::list<std::unique_ptr<Connection>> closed_;  // freed after the events of a round
  volatile bool stopping_ = false;
  bool hangs_up_ = false;
  size_t read_rate_ = 0;
  size_t budget_ = 0;  // bytes that may be read before the next refill
  int64_t refilled_ = 0;
};

}  // namespace invar::loki_sink
