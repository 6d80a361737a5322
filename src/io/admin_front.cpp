#include "src/io/admin_front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "src/io/http_framing.h"

namespace invar {
namespace {

constexpr size_t kPiece = 16384;
constexpr size_t kMaxBuffered = 16u << 20;  // of all connections together
constexpr int kAcceptsAtOnce = 64;
constexpr uint64_t kBreatherMs = 100;
constexpr uint64_t kLingerMs = 500;

constexpr int kServiceUnavailable = 503;

std::string_view status_text(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 413:
      return "Request Entity Too Large";
    case 414:
      return "Request URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Service Unavailable";
  }
}

/// As Go's server refuses a request it cannot read.
std::string refusal(int status) {
  const std::string what = std::to_string(status) + " " + std::string(status_text(status));
  return "HTTP/1.1 " + what + "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n" + what;
}

}  // namespace

struct AdminFront::Connection {
  enum class State : uint8_t { kReading, kServing, kLeaving };

  Fd fd;
  std::string remote_ip;
  int remote_port;
  State state = State::kReading;
  std::string received;
  RequestHead head;                     // complete once its state says so
  std::unique_ptr<ChunkedBody> chunks;  // of this request, if it has any
  bool told_to_continue = false;
  std::unique_ptr<FdWatch> readable;
  std::unique_ptr<Timer> limit;
  Connections::iterator place;

  size_t held() const { return received.size() + (chunks ? chunks->body().size() : 0); }
};

AdminFront::AdminFront(Loop& loop, const AdminServer::Limits& limits, std::function<void(AdminExchange)> serve)
    : loop_(loop), limits_(limits), serve_(std::move(serve)) {}

AdminFront::~AdminFront() = default;

Result<void> AdminFront::listen(Fd listener) {
  listener_ = std::move(listener);
  breather_ = std::make_unique<Timer>(loop_, [this] { (void)acceptable_->want(FdWatch::kReadable).ok(); });
  acceptable_ = std::make_unique<FdWatch>(loop_, listener_.get(), [this](unsigned) { accept_some(); });
  return acceptable_->want(FdWatch::kReadable);
}

void AdminFront::accept_some() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd fd(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
      // The listener stays ready meanwhile: without a pause this would be a busy loop.
      make_room();
      (void)acceptable_->want(0).ok();
      breather_->start(kBreatherMs);
      return;
    }
    char text[INET6_ADDRSTRLEN] = "";
    int port = 0;
    if (address.ss_family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
      port = ntohs(v6.sin6_port);
    } else {
      const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
      ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
      port = ntohs(v4.sin_port);
    }
    const std::string ip = text;
    take_in(std::move(fd), ip.starts_with("::ffff:") ? ip.substr(7) : ip, port);
  }
}

void AdminFront::take_in(Fd fd, std::string remote_ip, int remote_port) {
  if (static_cast<int>(connections_.size()) >= limits_.connections) make_room();
  if (static_cast<int>(connections_.size()) >= limits_.connections) return;
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto made = std::make_unique<Connection>();
  Connection& connection = *made;
  connection.fd = std::move(fd);
  connection.remote_ip = std::move(remote_ip);
  connection.remote_port = remote_port;
  connection.readable = std::make_unique<FdWatch>(loop_, connection.fd.get(),
                                                  [this, &connection](unsigned) { read_some_of(connection); });
  connection.limit = std::make_unique<Timer>(loop_, [this, &connection] { close(connection); });
  connection.place = connections_.insert(connections_.end(), std::move(made));
  // A fresh connection has the time of a request for its first one.
  connection.limit->start(limits_.request_ms);
  if (!connection.readable->want(FdWatch::kReadable)) close(connection);
}

/// Closes the connection that has been silent for longest.
void AdminFront::make_room() {
  for (const auto& connection : connections_) {
    if (connection->state == Connection::State::kServing) continue;
    close(*connection);
    return;
  }
}

void AdminFront::read_some_of(Connection& connection) {
  char piece[kPiece];
  const ssize_t got = ::recv(connection.fd.get(), piece, sizeof piece, 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  if (got <= 0) return close(connection);
  if (connection.state == Connection::State::kLeaving) return;  // thrown away
  if (connection.held() == 0) connection.limit->start(limits_.request_ms);
  connection.received.append(piece, static_cast<size_t>(got));
  buffered_ += static_cast<size_t>(got);
  if (buffered_ > kMaxBuffered) return refuse(connection, kServiceUnavailable);
  look_at(connection);
}

void AdminFront::look_at(Connection& c) {
  if (c.head.state == RequestHead::State::kIncomplete) {
    c.head = read_request_head(c.received, limits_.header_bytes, limits_.body_bytes);
    if (c.head.state == RequestHead::State::kIncomplete) return;
    if (c.head.state == RequestHead::State::kRefused) return refuse(c, c.head.status);
    if (c.head.chunked) c.chunks = std::make_unique<ChunkedBody>(limits_.body_bytes);
  }
  bool complete = c.received.size() >= c.head.bytes + c.head.body_bytes;
  if (c.chunks) {
    std::string_view rest = std::string_view(c.received).substr(c.head.bytes);
    const size_t before = c.held();
    const auto state = c.chunks->take(rest);
    c.received.erase(c.head.bytes, c.received.size() - c.head.bytes - rest.size());
    buffered_ -= before - c.held();
    if (state == ChunkedBody::State::kRefused) return refuse(c, 400);
    if (state == ChunkedBody::State::kTooLarge) return refuse(c, 413);
    complete = state == ChunkedBody::State::kComplete;
  }
  if (complete) return hand_out(c);
  if (c.head.expects_continue && !c.told_to_continue) {
    c.told_to_continue = true;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    (void)::send(c.fd.get(), kContinue.data(), kContinue.size(), MSG_NOSIGNAL);
  }
}

void AdminFront::hand_out(Connection& c) {
  AdminExchange exchange;
  exchange.fd = c.fd.get();
  exchange.remote_ip = c.remote_ip;
  exchange.remote_port = c.remote_port;
  exchange.connection = &c;
  exchange.head = c.received.substr(0, c.head.bytes);
  exchange.body = c.chunks ? std::move(c.chunks->body()) : c.received.substr(c.head.bytes, c.head.body_bytes);
  buffered_ -= c.head.bytes + exchange.body.size();
  c.received.erase(0, c.head.bytes + c.head.body_bytes);
  c.head = {};
  c.chunks.reset();
  c.told_to_continue = false;
  c.state = Connection::State::kServing;
  (void)c.readable->want(0).ok();
  c.limit->stop();
  serve_(std::move(exchange));
}

void AdminFront::done(const AdminExchange& exchange) {
  Connection& connection = *static_cast<Connection*>(exchange.connection);
  if (!exchange.keep || stopping_) {
    // What the peer may still be sending must not make the kernel throw away our answer.
    connection.state = Connection::State::kLeaving;
    ::shutdown(connection.fd.get(), SHUT_WR);
    if (stopping_ || !connection.readable->want(FdWatch::kReadable)) return close(connection);
    connection.limit->start(kLingerMs);
    return;
  }
  connection.state = Connection::State::kReading;
  connections_.splice(connections_.end(), connections_, connection.place);
  connection.limit->start(connection.received.empty() ? limits_.idle_ms : limits_.request_ms);
  if (!connection.readable->want(FdWatch::kReadable)) return close(connection);
  if (!connection.received.empty()) look_at(connection);
}

void AdminFront::refuse(Connection& connection, int status) {
  const std::string text = refusal(status);
  (void)::send(connection.fd.get(), text.data(), text.size(), MSG_NOSIGNAL);
  ::shutdown(connection.fd.get(), SHUT_WR);
  buffered_ -= connection.held();
  connection.received = {};
  connection.chunks.reset();
  connection.state = Connection::State::kLeaving;
  connection.limit->start(kLingerMs);
}

void AdminFront::close(Connection& connection) {
  buffered_ -= connection.held();
  connections_.erase(connection.place);
}

void AdminFront::stop() {
  stopping_ = true;
  acceptable_.reset();
  breather_.reset();
  listener_.reset();
  for (auto next = connections_.begin(); next != connections_.end();) {
    Connection& connection = **next++;
    if (connection.state != Connection::State::kServing) close(connection);
  }
}

}  // namespace invar
