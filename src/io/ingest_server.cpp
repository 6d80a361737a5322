#include "src/io/ingest_server.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <mutex>

#include "src/base/check.h"
#include "src/io/http_front.h"

namespace invar {
namespace {

constexpr size_t kHeaderBytes = 1u << 20;  // Go's default
constexpr size_t kKeptDescriptors = 256;   // for everything else in the process
constexpr int kSendTries = 20;
constexpr int kSendWaitMs = 50;

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Request Entity Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
  }
}

std::string date_text() {
  const time_t now = ::time(nullptr);
  tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  ::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

std::string answer_text(const IngestResponse& response, bool keep) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason_of(response.status)) + "\r\n";
  if (!response.content_type.empty()) out += "Content-Type: " + response.content_type + "\r\n";
  if (response.nosniff) out += "X-Content-Type-Options: nosniff\r\n";
  out += "Date: " + date_text() + "\r\n";
  if (response.status != 204) out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  if (!keep) out += "Connection: close\r\n";
  return out + "\r\n" + response.body;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The head has been checked by the framing.
IngestRequest read_head(std::string_view head, bool& keep) {
  IngestRequest request;
  const size_t line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  std::string_view target = line.substr(first + 1, last - first - 1);
  request.method = line.substr(0, first);
  // The absolute form, as proxies send it.
  if (const size_t scheme = target.find("://"); !target.starts_with('/') && scheme != std::string_view::npos) {
    const size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  request.path = percent_decoded(target.substr(0, target.find('?')));
  head.remove_prefix(line_end + 2);
  while (true) {
    const size_t end = head.find("\r\n");
    if (end == 0 || end == std::string_view::npos) break;
    const std::string_view field = head.substr(0, end);
    const size_t colon = field.find(':');
    request.headers.push_back({std::string(field.substr(0, colon)), std::string(trimmed(field.substr(colon + 1)))});
    head.remove_prefix(end + 2);
  }
  std::string connection(request.header("Connection"));
  std::transform(connection.begin(), connection.end(), connection.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool modern = line.ends_with("1.1");
  keep = modern ? connection.find("close") == std::string::npos : connection.find("keep-alive") != std::string::npos;
  return request;
}

size_t descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return limit.rlim_cur > 2 * kKeptDescriptors ? static_cast<size_t>(limit.rlim_cur) - kKeptDescriptors : kKeptDescriptors;
}

/// Answers are short: they fit the socket's buffer but for a peer that reads nothing.
bool send_all(Wire& wire, std::string_view text) {
  for (int tries = 0; !text.empty();) {
    const ssize_t sent = wire.send(text.data(), text.size());
    if (sent > 0) {
      text.remove_prefix(static_cast<size_t>(sent));
    } else if (sent < 0 && errno == EINTR) {
      continue;
    } else if (sent == 0 || (errno != EAGAIN && errno != EWOULDBLOCK) || ++tries > kSendTries || !wire.wait_to_send(kSendWaitMs)) {
      return false;
    }
  }
  return true;
}

}  // namespace

IngestResponse IngestResponse::error(int status, std::string_view text) {
  return {status, "text/plain; charset=utf-8", std::string(text) + "\n", true};
}

struct IngestServer::Inside {
  Inside(Options given, Handler handle) : options(std::move(given)), handler(std::move(handle)), door(new Door{.mutex = {}, .inside = this}) {}

  /// By which late answers come in, as long as the server is there.
  struct Door {
    std::mutex mutex;
    Inside* inside;
  };

  const Options options;
  const Handler handler;
  const std::shared_ptr<Door> door;
  LoopThread thread{"ingest"};
  std::unique_ptr<HttpFront> front;
  Fd listener;
  Fd socket;  // the same one, for share()
  std::string address;
  bool started = false;
  size_t serving = 0;
  std::function<void()> stopped;

  HttpLimits limits() const {
    HttpLimits limits;
    limits.connections = options.connections ? options.connections : descriptor_limit();
    limits.header_bytes = kHeaderBytes;
    limits.body_bytes = options.body_bytes;
    limits.buffered_bytes = std::max<size_t>(2 * options.body_bytes, 64u << 20);
    limits.encoded_bodies = true;
    limits.request_ms = options.read_ms;
    limits.idle_ms = options.idle_ms;
    return limits;
  }

  void serve(HttpExchange exchange) {
    ++serving;
    auto shared = std::make_shared<HttpExchange>(std::move(exchange));
    bool keep = true;
    IngestRequest request = read_head(shared->head, keep);
    shared->keep = keep;
    request.body = std::move(shared->body);
    request.remote_ip = shared->remote_ip;
    handler(std::move(request), [door = door, shared](IngestResponse response) {
      const std::lock_guard lock(door->mutex);
      Inside* inside = door->inside;
      if (!inside) return;
      // By way of the loop also when it is on it: a handler that answers at once is not called again from within itself.
      inside->thread.loop().post([inside, shared, response = std::move(response)] { inside->finish(*shared, response); });
    });
  }

  void finish(HttpExchange& exchange, const IngestResponse& response) {
    const bool head_only = exchange.head.starts_with("HEAD ");
    std::string text = answer_text(response, exchange.keep);
    if (head_only) text.resize(text.size() - response.body.size());
    exchange.keep = send_all(*exchange.wire, text) && exchange.keep;
    front->done(exchange);
    if (--serving == 0 && stopped) std::exchange(stopped, nullptr)();
  }
};

IngestServer::IngestServer(Options options, Handler handler) : inside_(std::make_unique<Inside>(std::move(options), std::move(handler))) {}

IngestServer::~IngestServer() {
  {
    const std::lock_guard lock(inside_->door->mutex);
    inside_->door->inside = nullptr;
  }
  inside_->thread.stop_and_join();
  inside_->front.reset();
}

Result<void> IngestServer::bind(const std::string& address, std::shared_ptr<TlsServer> tls) {
  auto listener = open_listener(address);
  if (!listener) return listener.error();
  take_listener(std::move(*listener), std::move(tls));
  return {};
}

Result<void> IngestServer::share(const IngestServer& other, std::shared_ptr<TlsServer> tls) {
  Fd copy(::fcntl(other.inside_->socket.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return Error{"dup: " + errno_text(errno), errno_reason(errno)};
  take_listener(std::move(copy), std::move(tls));
  return {};
}

void IngestServer::take_listener(Fd listener, std::shared_ptr<TlsServer> tls) {
  INVAR_CHECK(!inside_->front);
  inside_->socket = Fd(::fcntl(listener.get(), F_DUPFD_CLOEXEC, 0));
  inside_->listener = std::move(listener);
  inside_->address = local_address(inside_->listener.get()).first;
  Inside* inside = inside_.get();
  inside->front = std::make_unique<HttpFront>(inside->thread.loop(), inside->limits(), [inside](HttpExchange exchange) { inside->serve(std::move(exchange)); });
  inside->front->set_tls(std::move(tls));
  inside->front->set_counted(inside->options.counted);
  if (inside->options.too_large)
    inside->front->set_too_large([inside](const std::string&, size_t size) { return answer_text(inside->options.too_large(size), false); });
}

void IngestServer::start() {
  INVAR_CHECK(inside_->front && !inside_->started);
  inside_->started = true;
  // A listener that cannot be watched is like one that nobody connects to; the kernel refuses that only without memory.
  (void)inside_->front->listen(std::move(inside_->listener)).ok();
  inside_->thread.start();
}

const std::string& IngestServer::address() const { return inside_->address; }

void IngestServer::close(std::function<void()> stopped) {
  if (!inside_->started) return stopped();
  inside_->thread.loop().post([inside = inside_.get(), stopped = std::move(stopped)] {
    inside->front->stop();
    inside->socket = Fd();
    if (inside->serving == 0) return stopped();
    inside->stopped = stopped;
  });
}

}  // namespace invar
