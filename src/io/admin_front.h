#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "src/io/admin_server.h"
#include "src/io/file.h"
#include "src/io/loop.h"

namespace invar {

/// A request read whole, on its way through a handler thread, which alone uses `fd` until it gives the exchange back.
struct AdminExchange {
  int fd = -1;
  std::string head;  // as received, with its empty line
  std::string body;
  std::string remote_ip;
  int remote_port = 0;
  bool keep = true;  // the connection may serve another request
  void* connection = nullptr;
};

/// All connections of an admin server, on one loop: it accepts, reads requests whole and within the limits, and hands
/// them out. Silent and slow peers wait here, where they cost only their memory.
class AdminFront {
 public:
  /// `serve` gets each request on the loop; done() is called for it later.
  AdminFront(Loop& loop, const AdminServer::Limits& limits, std::function<void(AdminExchange)> serve);
  ~AdminFront();
  AdminFront(const AdminFront&) = delete;
  AdminFront& operator=(const AdminFront&) = delete;

  Result<void> listen(Fd listener);
  /// The answer to this exchange is written.
  void done(const AdminExchange& exchange);
  /// Accepts no more and closes all connections but those being served.
  void stop();

 private:
  struct Connection;
  using Connections = std::list<std::unique_ptr<Connection>>;
  void accept_some();
  void take_in(Fd fd, std::string remote_ip, int remote_port);
  void make_room();
  void read_some_of(Connection& connection);
  void look_at(Connection& connection);
  void hand_out(Connection& connection);
  void refuse(Connection& connection, int status);
  void close(Connection& connection);

  Loop& loop_;
  const AdminServer::Limits limits_;
  const std::function<void(AdminExchange)> serve_;
  Fd listener_;
  std::unique_ptr<FdWatch> acceptable_;
  std::unique_ptr<Timer> breather_;  // after running out of descriptors
  Connections connections_;          // longest unused first
  size_t buffered_ = 0;              // bytes of unfinished requests
  bool stopping_ = false;
};

}  // namespace invar
