#include "src/io/http_front.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "src/io/http_framing.h"

namespace invar {
namespace {

constexpr size_t kPiece = 65536;
constexpr int kPiecesAtOnce = 8;  // of one connection before others have their turn
constexpr uint64_t kLingerMs = 500;

constexpr int kServiceUnavailable = 503;
constexpr int kTooLarge = 413;

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

struct HttpFront::Connection {
  enum class State : uint8_t { kReading, kServing, kLeaving };

  Wire wire;
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

HttpFront::HttpFront(Loop& loop, HttpLimits limits, std::function<void(HttpExchange)> serve)
    : loop_(loop), limits_(limits), serve_(std::move(serve)) {}

HttpFront::~HttpFront() = default;

Result<void> HttpFront::listen(Fd listener) {
  const auto take = [this](Acceptor::Connection accepted) { take_in(std::move(accepted.fd), std::move(accepted.remote_ip), accepted.remote_port); };
  acceptor_ = std::make_unique<Acceptor>(loop_, std::move(listener), take, [this] { make_room(); });
  return acceptor_->start();
}

void HttpFront::take_in(Fd fd, std::string remote_ip, int remote_port) {
  if (connections_.size() >= limits_.connections) make_room();
  if (connections_.size() >= limits_.connections) return;
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto made = std::make_unique<Connection>();
  Connection& connection = *made;
  connection.wire.fd = std::move(fd);
  if (tls_) connection.wire.tls = tls_->accept(connection.wire.fd.get());
  connection.remote_ip = std::move(remote_ip);
  connection.remote_port = remote_port;
  connection.readable = std::make_unique<FdWatch>(loop_, connection.wire.fd.get(),
                                                  [this, &connection](unsigned) { read_some_of(connection); });
  connection.limit = std::make_unique<Timer>(loop_, [this, &connection] { close(connection); });
  connection.place = connections_.insert(connections_.end(), std::move(made));
  // A fresh connection has the time of a request for its first one.
  connection.limit->start(limits_.request_ms);
  if (counted_) counted_(connections_.size());
  if (!connection.readable->want(FdWatch::kReadable)) close(connection);
}

/// Closes the connection that has been silent for longest.
void HttpFront::make_room() {
  for (const auto& connection : connections_) {
    if (connection->state == Connection::State::kServing) continue;
    close(*connection);
    return;
  }
}

void HttpFront::read_some_of(Connection& connection) {
  if (!piece_) piece_ = std::make_unique<char[]>(kPiece);
  for (int i = 0; i < kPiecesAtOnce; ++i) {
    const ssize_t got = connection.wire.receive(piece_.get(), kPiece);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      const bool writes = connection.wire.tls && connection.wire.tls->wants_write();
      if (!connection.readable->want(writes ? FdWatch::kWritable : FdWatch::kReadable)) close(connection);
      return;
    }
    if (got < 0 && connection.wire.tls && connection.wire.tls->met_plain_http()) {
      constexpr std::string_view kAnswer = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
      (void)::send(connection.wire.fd.get(), kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL);
      connection.wire.tls.reset();
      return leave(connection);
    }
    if (got <= 0) return close(connection);
    if (connection.state == Connection::State::kLeaving) continue;  // thrown away
    if (!take_bytes(connection, piece_.get(), static_cast<size_t>(got))) return;
    // Without TLS a short read means that nothing more is here.
    if (!connection.wire.tls && static_cast<size_t>(got) < kPiece) return;
  }
  // TLS may hold bytes that the socket does not tell of: come back without waiting for it.
  if (connection.wire.tls && connection.wire.tls->has_pending()) (void)connection.readable->want(FdWatch::kReadable | FdWatch::kWritable).ok();
}

/// False when the connection is not reading any more (or gone).
bool HttpFront::take_bytes(Connection& connection, const char* bytes, size_t size) {
  if (connection.held() == 0) connection.limit->start(limits_.request_ms);
  connection.received.append(bytes, size);
  buffered_ += size;
  if (buffered_ > limits_.buffered_bytes) return refuse(connection, kServiceUnavailable, 0), false;
  looked_at_ = &connection;
  look_at(connection);
  return looked_at_ && connection.state == Connection::State::kReading;
}

void HttpFront::look_at(Connection& c) {
  if (c.head.state == RequestHead::State::kIncomplete) {
    c.head = read_request_head(c.received, limits_.header_bytes, limits_.body_bytes, limits_.encoded_bodies);
    if (c.head.state == RequestHead::State::kIncomplete) return;
    if (c.head.state == RequestHead::State::kRefused) return refuse(c, c.head.status, c.head.body_bytes);
    if (c.head.chunked) c.chunks = std::make_unique<ChunkedBody>(limits_.body_bytes);
  }
  bool complete = c.received.size() >= c.head.bytes + c.head.body_bytes;
  if (c.chunks) {
    std::string_view rest = std::string_view(c.received).substr(c.head.bytes);
    const size_t before = c.held();
    const auto state = c.chunks->take(rest);
    c.received.erase(c.head.bytes, c.received.size() - c.head.bytes - rest.size());
    buffered_ -= before - c.held();
    if (state == ChunkedBody::State::kRefused) return refuse(c, 400, 0);
    if (state == ChunkedBody::State::kTooLarge) return refuse(c, 413, c.chunks->body().size());
    complete = state == ChunkedBody::State::kComplete;
  }
  if (complete) return hand_out(c);
  if (c.head.expects_continue && !c.told_to_continue) {
    c.told_to_continue = true;
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    (void)c.wire.send(kContinue.data(), kContinue.size());
  }
}

void HttpFront::hand_out(Connection& c) {
  HttpExchange exchange;
  exchange.wire = &c.wire;
  exchange.remote_ip = c.remote_ip;
  exchange.remote_port = c.remote_port;
  exchange.connection = &c;
  exchange.head = c.received.substr(0, c.head.bytes);
  const size_t all = c.head.bytes + c.head.body_bytes;
  buffered_ -= all;
  if (c.chunks) {
    exchange.body = std::move(c.chunks->body());
    buffered_ -= exchange.body.size();
    c.received.erase(0, all);
  } else if (c.received.size() == all) {
    // The usual case: no second copy of a large body, nor the buffer it leaves behind.
    exchange.body = std::exchange(c.received, {});
    exchange.body.erase(0, c.head.bytes);
  } else {
    exchange.body = c.received.substr(c.head.bytes, c.head.body_bytes);
    c.received.erase(0, all);
  }
  c.head = {};
  c.chunks.reset();
  c.told_to_continue = false;
  c.state = Connection::State::kServing;
  (void)c.readable->want(0).ok();
  c.limit->stop();
  serve_(std::move(exchange));
}

void HttpFront::done(const HttpExchange& exchange) {
  Connection& connection = *static_cast<Connection*>(exchange.connection);
  if (!exchange.keep || stopping_) return leave(connection);
  connection.state = Connection::State::kReading;
  connections_.splice(connections_.end(), connections_, connection.place);
  connection.limit->start(connection.received.empty() ? limits_.idle_ms : limits_.request_ms);
  const bool pending = connection.wire.tls && connection.wire.tls->has_pending();
  if (!connection.readable->want(FdWatch::kReadable | (pending ? FdWatch::kWritable : 0))) return close(connection);
  if (!connection.received.empty()) look_at(connection);
}

/// Says no more, and waits a moment: what the peer may still be sending must not make the kernel throw away our answer.
void HttpFront::leave(Connection& connection) {
  buffered_ -= connection.held();
  connection.received = {};
  connection.chunks.reset();
  connection.state = Connection::State::kLeaving;
  if (connection.wire.tls) connection.wire.tls->shut_down();
  ::shutdown(connection.wire.fd.get(), SHUT_WR);
  if (stopping_ || !connection.readable->want(FdWatch::kReadable)) return close(connection);
  connection.limit->start(kLingerMs);
}

void HttpFront::refuse(Connection& connection, int status, size_t size) {
  const bool own = status == kTooLarge && too_large_;
  const std::string text = own ? too_large_(connection.received.substr(0, connection.head.bytes), size) : refusal(status);
  (void)connection.wire.send(text.data(), text.size());
  leave(connection);
}

void HttpFront::close(Connection& connection) {
  buffered_ -= connection.held();
  if (looked_at_ == &connection) looked_at_ = nullptr;
  connections_.erase(connection.place);
  if (counted_) counted_(connections_.size());
}

void HttpFront::stop() {
  stopping_ = true;
  acceptor_.reset();
  for (auto next = connections_.begin(); next != connections_.end();) {
    Connection& connection = **next++;
    if (connection.state != Connection::State::kServing) close(connection);
  }
}

}  // namespace invar
