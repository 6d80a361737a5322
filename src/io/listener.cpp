#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "src/io/http_front.h"

namespace invar {
namespace {

struct Endpoint {
  std::string host;
  std::string port;
};

Result<Endpoint> split_address(const std::string& address) {
  const size_t colon = address.rfind(':');
  const bool bracketed = colon != std::string::npos && colon > 0 && address[0] == '[' && address[colon - 1] == ']';
  if (colon == std::string::npos || address.find(']', colon) != std::string::npos)
    return Error{"listen tcp: address " + address + ": missing port in address", "address"};
  if (!bracketed && address.find(':') != colon)
    return Error{"listen tcp: address " + address + ": too many colons in address", "address"};
  return Endpoint{bracketed ? address.substr(1, colon - 2) : address.substr(0, colon), address.substr(colon + 1)};
}

Error listen_error(const std::string& address, const char* call, int code) {
  return {"listen tcp " + address + ": " + call + ": " + errno_text(code), errno_reason(code)};
}

Result<Fd> bind_to(const addrinfo& target, const std::string& address, bool every_family) {
  Fd fd(::socket(target.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return listen_error(address, "socket", errno);
  const int on = 1;
  const int off = 0;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (target.ai_family == AF_INET6)
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, every_family ? &off : &on, sizeof on);
  if (::bind(fd.get(), target.ai_addr, target.ai_addrlen) != 0) return listen_error(address, "bind", errno);
  if (::listen(fd.get(), SOMAXCONN) != 0) return listen_error(address, "listen", errno);
  return fd;
}

}  // namespace

Result<Fd> open_listener(const std::string& address) {
  const auto endpoint = split_address(address);
  if (!endpoint) return endpoint.error();
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE;
  const bool every = endpoint->host.empty();
  wanted.ai_family = every ? AF_INET6 : AF_UNSPEC;
  addrinfo* found = nullptr;
  const char* host = every ? nullptr : endpoint->host.c_str();
  const int failed = ::getaddrinfo(host, endpoint->port.c_str(), &wanted, &found);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, &::freeaddrinfo);
  if (failed == EAI_SERVICE) return Error{"listen tcp: lookup tcp/" + endpoint->port + ": unknown port", "address"};
  if (failed != 0) return Error{"listen tcp: lookup " + endpoint->host + ": no such host", "dns"};
  const addrinfo* best = found;
  for (const addrinfo* each = found; each != nullptr && !every; each = each->ai_next)
    if (each->ai_family == AF_INET) best = each->ai_family == best->ai_family ? best : each;
  auto fd = bind_to(*best, address, every);
  if (fd || !every || fd.error().reason == "address_in_use" || fd.error().reason == "permission") return fd;
  sockaddr_in v4{};  // a machine without IPv6
  v4.sin_family = AF_INET;
  v4.sin_port = reinterpret_cast<const sockaddr_in6*>(best->ai_addr)->sin6_port;
  addrinfo fallback{};
  fallback.ai_family = AF_INET;
  fallback.ai_addr = reinterpret_cast<sockaddr*>(&v4);
  fallback.ai_addrlen = sizeof v4;
  return bind_to(fallback, address, false);
}

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

}  // namespace invar
