#include "tools/loki_sink/http/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

namespace invar::loki_sink {
namespace {

constexpr size_t kMaxBody = 256u << 20;
constexpr size_t kFirstBuffer = 64 << 10;
constexpr int kTickMilliseconds = 50, kDelayMilliseconds = 2;

int64_t monotonic_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace

// What an epoll event points to.
struct Server::Listener {
  int descriptor = -1;
  bool is_control = false;
  std::string host;
  uint16_t port = 0;
  const TlsIdentity* identity = nullptr;
};

struct Server::Connection {
  Connection(int descriptor, const Listener& listener) : wire(descriptor, listener.identity), is_control(listener.is_control) {}
  Wire wire;
  bool is_control;
  bool closed = false, held = false, continued = false, closes_after_reply = false;
  uint32_t watched = 0;
  std::unique_ptr<char[]> in;
  size_t in_size = 0, in_capacity = 0;
  std::optional<Request> request;  // its head, once that has come
  std::string out;
  size_t out_sent = 0;
  int64_t due = 0;                 // the reply waits until then
  Connections::iterator place;

  void reserve(size_t capacity) {
    if (capacity <= in_capacity) return;
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (in_size > 0) memcpy(larger.get(), in.get(), in_size);
    in = std::move(larger);
    in_capacity = capacity;
    request.reset();  // its views point into the old buffer
  }
};

Server::Server(Handler& handler) : handler_(handler), poll_(epoll_create1(EPOLL_CLOEXEC)) {}

Server::~Server() {
  connections_.clear();
  for (const auto& listener : listeners_)
    if (listener->descriptor >= 0) close(listener->descriptor);
  close(poll_);
}

Result<std::string> Server::listen(const std::string& address, bool is_control, const TlsIdentity* identity) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) return Error{"address " + address + " is not host:port", "address"};
  auto listener = std::make_unique<Listener>();
  listener->is_control = is_control;
  listener->host = address.substr(0, colon);
  listener->port = static_cast<uint16_t>(atoi(address.c_str() + colon + 1));
  listener->identity = identity;
  if (auto bound = bind(*listener); !bound) return bound.error();
  listeners_.push_back(std::move(listener));
  return listeners_.back()->host + ":" + std::to_string(listeners_.back()->port);
}

Result<void> Server::bind(Listener& listener) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(listener.port);
  if (inet_pton(AF_INET, listener.host.c_str(), &place.sin_addr) != 1) return Error{listener.host + " is not an IPv4 address", "address"};
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(descriptor, reinterpret_cast<sockaddr*>(&place), sizeof place) != 0 || ::listen(descriptor, 512) != 0) {
    const std::string why = strerror(errno);
    close(descriptor);
    return Error{"cannot listen on " + listener.host + ":" + std::to_string(listener.port) + ": " + why, "address"};
  }
  socklen_t size = sizeof place;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&place), &size);
  listener.port = ntohs(place.sin_port);
  listener.descriptor = descriptor;
  epoll_event event{.events = EPOLLIN, .data = {.ptr = &listener}};
  epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event);
  return {};
}

void Server::set_open(bool open) {
  for (const auto& listener : listeners_) {
    if (listener->is_control || open == (listener->descriptor >= 0)) continue;
    if (open) {
      // Someone else may hold the port for a moment; the next tick tries again.
      (void)bind(*listener).ok();
    } else {
      close(listener->descriptor);
      listener->descriptor = -1;
    }
  }
  if (!open) close_pushing();
}

void Server::set_hanging_up(bool hangs_up) {
  if (std::exchange(hangs_up_, hangs_up) != hangs_up && hangs_up) close_pushing();
}

void Server::close_pushing() {
  for (auto at = connections_.begin(); at != connections_.end();) {
    Connection& connection = **at++;
    if (connection.is_control) continue;
    connection.wire.reset_on_close();
    close_connection(connection);
  }
}

bool Server::is_slow(const Connection& connection) const { return read_rate_ > 0 && budget_ == 0 && !connection.is_control; }

/// Lets slow connections read again.
void Server::refill() {
  const int64_t now = monotonic_milliseconds();
  if (now - refilled_ < kTickMilliseconds) return;
  refilled_ = now;
  if (read_rate_ > 0) budget_ = std::max<size_t>(read_rate_ * kTickMilliseconds / 1000, 1);
  for (auto at = connections_.begin(); at != connections_.end();) watch(**at++);
}

void Server::drop_held() {
  for (auto at = connections_.begin(); at != connections_.end();) {
    Connection& connection = **at++;
    if (!connection.held) continue;
    connection.wire.reset_on_close();
    close_connection(connection);
  }
}

void Server::run() {
  std::array<epoll_event, 256> events;
  while (!stopping_) {
    const bool waits = std::any_of(connections_.begin(), connections_.end(), [](const auto& c) { return c->due > 0; });
    const int count = epoll_wait(poll_, events.data(), events.size(), waits ? kDelayMilliseconds : kTickMilliseconds);
    for (int i = 0; i < count; i++) {
      void* const target = events[i].data.ptr;
      const auto listener = std::find_if(listeners_.begin(), listeners_.end(), [&](const auto& l) { return l.get() == target; });
      if (listener != listeners_.end()) accept_all(**listener);
      else on_ready(*static_cast<Connection*>(target), events[i].events);
    }
    send_due();
    refill();
    handler_.tick();
    closed_.clear();
  }
}

void Server::accept_all(Listener& listener) {
  for (;;) {
    const int descriptor = accept4(listener.descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    if (hangs_up_ && !listener.is_control) {
      close(descriptor);
      continue;
    }
    const int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connections_.push_back(std::make_unique<Connection>(descriptor, listener));
    Connection& connection = *connections_.back();
    connection.place = std::prev(connections_.end());
    connection.reserve(kFirstBuffer);
    epoll_event event{.events = 0, .data = {.ptr = &connection}};
    epoll_ctl(poll_, EPOLL_CTL_ADD, descriptor, &event);
    watch(connection);
  }
}

void Server::watch(Connection& connection) {
  if (connection.closed) return;
  const bool writes = connection.wire.wants_writable() || (connection.out_sent < connection.out.size() && connection.due == 0);
  const uint32_t events = writes ? EPOLLOUT : connection.held || connection.due > 0 || is_slow(connection) ? EPOLLRDHUP : EPOLLIN;
  if (events == connection.watched) return;
  connection.watched = events;
  epoll_event event{.events = events, .data = {.ptr = &connection}};
  epoll_ctl(poll_, EPOLL_CTL_MOD, connection.wire.descriptor(), &event);
}

void Server::on_ready(Connection& connection, uint32_t events) {
  if (connection.closed) return;
  if ((connection.held || connection.due > 0) && events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) return close_connection(connection);
  if (connection.out_sent < connection.out.size() && !flush(connection)) return;
  while (connection.out.empty() && !connection.held && !is_slow(connection) && read_more(connection))
    if (!serve_buffer(connection)) return;
  watch(connection);
}

// True when bytes came; closes the connection at its end.
bool Server::read_more(Connection& connection) {
  const size_t wanted = connection.request ? connection.request->head_size + connection.request->body_size : 0;
  connection.reserve(std::max(wanted, connection.in_size + 4096));
  size_t most = connection.in_capacity - connection.in_size;
  const bool limited = read_rate_ > 0 && !connection.is_control;
  if (limited) most = std::min(most, budget_);
  const long count = connection.wire.read(connection.in.get() + connection.in_size, most);
  if (limited && count > 0) budget_ -= static_cast<size_t>(count);
  if (count == Wire::kEnded) close_connection(connection);
  if (count > 0) connection.in_size += static_cast<size_t>(count);
  return count > 0;
}

// Answers what the buffer holds; false once the connection is closed.
bool Server::serve_buffer(Connection& connection) {
  while (connection.out.empty() && !connection.held && connection.in_size > 0) {
    const size_t before = connection.in_size;
    if (!serve_one(connection)) return false;
    if (connection.in_size == before) return true;
  }
  return true;
}

bool Server::serve_one(Connection& connection) {
  if (!connection.request) {
    Request head;
    const auto read = read_head({connection.in.get(), connection.in_size}, head);
    if (!read || head.body_size > kMaxBody) {
      connection.closes_after_reply = true;
      const int status = read ? 413 : read.error().reason == "chunked" ? 411 : 400;
      connection.in_size = 0;
      return finish(connection, {.status = status, .body = read ? "body too large\n" : read.error().what + "\n"});
    }
    if (!*read) return true;
    if (handler_.drops(head, connection.is_control)) return finish(connection, {.fate = Fate::kReset});
    connection.request = std::move(head);
    if (!connection.continued && connection.request->header("Expect") == "100-continue") {
      connection.continued = true;
      constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      connection.wire.write(kContinue.data(), kContinue.size());
    }
  }
  Request& request = *connection.request;
  const size_t size = request.head_size + request.body_size;
  if (connection.in_size < size) return true;
  request.body = {connection.in.get() + request.head_size, request.body_size};
  connection.closes_after_reply = !request.keeps_alive;
  Reply reply = handler_.answer(request, connection.is_control);
  connection.request.reset();
  connection.continued = false;
  memmove(connection.in.get(), connection.in.get() + size, connection.in_size - size);
  connection.in_size -= size;
  return finish(connection, std::move(reply));
}

// Ends a request as its reply says; false once the connection is closed.
bool Server::finish(Connection& connection, Reply reply) {
  if (reply.fate == Fate::kReset) {
    connection.wire.reset_on_close();
    close_connection(connection);
    return false;
  }
  if (reply.fate == Fate::kHold) {
    connection.held = true;
    return true;
  }
  connection.out = write_reply(reply, !connection.closes_after_reply);
  connection.out_sent = 0;
  if (reply.fate == Fate::kHalf) {
    connection.out.resize(connection.out.size() / 2);
    connection.closes_after_reply = true;
  }
  if (reply.delay_milliseconds > 0) {
    connection.due = monotonic_milliseconds() + reply.delay_milliseconds;
    return true;
  }
  return flush(connection);
}

// Sends what can be sent; false once the connection is closed.
bool Server::flush(Connection& connection) {
  if (connection.due > 0) return true;
  while (connection.out_sent < connection.out.size()) {
    const long count = connection.wire.write(connection.out.data() + connection.out_sent, connection.out.size() - connection.out_sent);
    if (count == Wire::kAgain) return true;
    if (count == Wire::kEnded) {
      close_connection(connection);
      return false;
    }
    connection.out_sent += static_cast<size_t>(count);
  }
  connection.out.clear();
  connection.out_sent = 0;
  if (connection.closes_after_reply) close_connection(connection);
  return !connection.closed;
}

void Server::send_due() {
  const int64_t now = monotonic_milliseconds();
  for (auto at = connections_.begin(); at != connections_.end();) {
    Connection& connection = **at++;
    if (connection.due == 0 || connection.due > now) continue;
    connection.due = 0;
    if (flush(connection) && serve_buffer(connection)) watch(connection);
  }
}

void Server::close_connection(Connection& connection) {
  if (connection.closed) return;
  connection.closed = true;
  epoll_ctl(poll_, EPOLL_CTL_DEL, connection.wire.descriptor(), nullptr);
  closed_.splice(closed_.end(), connections_, connection.place);
}

}  // namespace invar::loki_sink
