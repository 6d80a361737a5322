#include "src/io/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

namespace invar {
namespace {

struct Endpoint {
  std::string host;
  std::string port;
};

/// What differs between streams and datagrams.
struct Network {
  std::string name;
  int type;
};
const Network kTcp{"tcp", SOCK_STREAM}, kUdp{"udp", SOCK_DGRAM};

Result<Endpoint> split_address(const std::string& address, const Network& network) {
  const size_t colon = address.rfind(':');
  const bool bracketed = colon != std::string::npos && colon > 0 && address[0] == '[' && address[colon - 1] == ']';
  if (colon == std::string::npos || address.find(']', colon) != std::string::npos)
    return Error{"listen " + network.name + ": address " + address + ": missing port in address", "address"};
  if (!bracketed && address.find(':') != colon)
    return Error{"listen " + network.name + ": address " + address + ": too many colons in address", "address"};
  return Endpoint{bracketed ? address.substr(1, colon - 2) : address.substr(0, colon), address.substr(colon + 1)};
}

Error listen_error(const std::string& address, const Network& network, const char* call, int code) {
  return {"listen " + network.name + " " + address + ": " + call + ": " + errno_text(code), errno_reason(code)};
}

Result<Fd> bind_to(const addrinfo& target, const std::string& address, const Network& network, bool every_family) {
  Fd fd(::socket(target.ai_family, network.type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return listen_error(address, network, "socket", errno);
  const int on = 1;
  const int off = 0;
  if (network.type == SOCK_STREAM) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (target.ai_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, every_family ? &off : &on, sizeof on);
  if (::bind(fd.get(), target.ai_addr, target.ai_addrlen) != 0) return listen_error(address, network, "bind", errno);
  if (network.type == SOCK_STREAM && ::listen(fd.get(), SOMAXCONN) != 0) return listen_error(address, network, "listen", errno);
  return fd;
}

Result<Fd> open_socket(const std::string& address, const Network& network) {
  const auto endpoint = split_address(address, network);
  if (!endpoint) return endpoint.error();
  addrinfo wanted{};
  wanted.ai_socktype = network.type;
  wanted.ai_flags = AI_PASSIVE;
  const bool every = endpoint->host.empty();
  wanted.ai_family = every ? AF_INET6 : AF_UNSPEC;
  addrinfo* found = nullptr;
  const char* host = every ? nullptr : endpoint->host.c_str();
  const int failed = ::getaddrinfo(host, endpoint->port.c_str(), &wanted, &found);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, &::freeaddrinfo);
  if (failed == EAI_SERVICE) return Error{"listen " + network.name + ": lookup " + network.name + "/" + endpoint->port + ": unknown port", "address"};
  if (failed != 0) return Error{"listen " + network.name + ": lookup " + endpoint->host + ": no such host", "dns"};
  const addrinfo* best = found;
  for (const addrinfo* each = found; each != nullptr && !every; each = each->ai_next)
    if (each->ai_family == AF_INET) best = each->ai_family == best->ai_family ? best : each;
  auto fd = bind_to(*best, address, network, every);
  if (fd || !every || fd.error().reason == "address_in_use" || fd.error().reason == "permission") return fd;
  sockaddr_in v4{};  // a machine without IPv6
  v4.sin_family = AF_INET;
  v4.sin_port = reinterpret_cast<const sockaddr_in6*>(best->ai_addr)->sin6_port;
  addrinfo fallback{};
  fallback.ai_family = AF_INET;
  fallback.ai_addr = reinterpret_cast<sockaddr*>(&v4);
  fallback.ai_addrlen = sizeof v4;
  return bind_to(fallback, address, network, false);
}

constexpr int kAcceptsAtOnce = 64;
constexpr uint64_t kBreatherMs = 100;

}  // namespace

Result<Fd> open_listener(const std::string& address) { return open_socket(address, kTcp); }
Result<Fd> open_datagram_socket(const std::string& address) { return open_socket(address, kUdp); }

std::pair<std::string, uint16_t> local_address(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  char host[NI_MAXHOST] = "";
  char port[NI_MAXSERV] = "0";
  ::getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string ip = host;
  return {(ip.find(':') != std::string::npos ? "[" + ip + "]" : ip) + ":" + port,
          static_cast<uint16_t>(std::stoi(port))};
}

std::pair<std::string, uint16_t> address_text(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    const std::string ip = text;
    return {ip.starts_with("::ffff:") ? ip.substr(7) : ip, ntohs(v6.sin6_port)};
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
  ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  return {text, ntohs(v4.sin_port)};
}

Acceptor::Acceptor(Loop& loop, Fd listener, std::function<void(Connection)> take, std::function<void()> out_of_descriptors)
    : listener_(std::move(listener)),
      take_(std::move(take)),
      out_of_descriptors_(std::move(out_of_descriptors)),
      acceptable_(loop, listener_.get(), [this](unsigned) { accept_some(); }),
      breather_(loop, [this] { (void)acceptable_.want(FdWatch::kReadable).ok(); }) {}

Result<void> Acceptor::start() { return acceptable_.want(FdWatch::kReadable); }

void Acceptor::accept_some() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd fd(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
      // The listener stays ready meanwhile: without a pause this would be a busy loop.
      out_of_descriptors_();
      (void)acceptable_.want(0).ok();
      breather_.start(kBreatherMs);
      return;
    }
    auto [ip, port] = address_text(address);
    take_({std::move(fd), std::move(ip), port});
  }
}

}  // namespace invar
