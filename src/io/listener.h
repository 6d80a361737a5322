#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "src/io/file.h"
#include "src/io/loop.h"

struct sockaddr_storage;

namespace invar {

/// As Go's net.Listen("tcp", address): no host is every address of both families. The error is Go's: `listen tcp 127.0.0.1:12345: bind: address already in use`.
Result<Fd> open_listener(const std::string& address);
/// As Go's net.ListenUDP("udp", address): a non-blocking socket that datagrams can be read from.
Result<Fd> open_datagram_socket(const std::string& address);
/// The address a socket is bound to, `127.0.0.1:40123`, and its port.
std::pair<std::string, uint16_t> local_address(int fd);
/// An address without its port, an IPv4 one behind IPv6 as `10.0.0.1`; and the port.
std::pair<std::string, uint16_t> address_text(const sockaddr_storage& address);

/// Takes the connections of a listener, on a loop; waits a moment when descriptors are used up.
class Acceptor {
 public:
  struct Connection {
    Fd fd;  // non-blocking
    std::string remote_ip;
    uint16_t remote_port = 0;
  };
  /// `out_of_descriptors` may close something. Neither callback may destroy this.
  Acceptor(Loop& loop, Fd listener, std::function<void(Connection)> take, std::function<void()> out_of_descriptors);
  Result<void> start();
  int fd() const { return listener_.get(); }

 private:
  void accept_some();
  Fd listener_;
  std::function<void(Connection)> take_;
  std::function<void()> out_of_descriptors_;
  FdWatch acceptable_;
  Timer breather_;
};

}  // namespace invar
