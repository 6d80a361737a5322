#include "src/io/admin_server.h"

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>
#include <shared_mutex>

#include "src/io/admin_workers.h"
#include "src/io/http_front.h"
#include "src/io/zip_archive.h"

namespace invar {
namespace {

constexpr uint64_t kHurriedWriteMs = 1000;  // while the server stops
constexpr int kServiceUnavailable = 503;

struct Route {
  std::string method;  // empty: any
  std::string path;
  bool is_prefix = false;
  AdminServer::Handler handler;

  bool fits(const AdminRequest& request) const {
    if (!method.empty() && method != request.method) return false;
    return is_prefix ? request.path.starts_with(path) : request.path == path;
  }
  /// Exact before prefix, long before short, a method before any.
  bool precedes(const Route& other) const {
    if (is_prefix != other.is_prefix) return !is_prefix;
    if (path.size() != other.path.size()) return path.size() > other.path.size();
    return !method.empty() && other.method.empty();
  }
  bool same_place(const Route& other) const {
    return method == other.method && path == other.path && is_prefix == other.is_prefix;
  }
};

std::string http_date() {
  const time_t now = ::time(nullptr);
  tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  ::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return text;
}

/// The first encoding of an Accept-Encoding header that is offered, without its quality unless that is 0; empty: none.
std::string_view encoding_for(std::string_view accepted, AdminResponse::Packed packed) {
  if (packed == AdminResponse::Packed::kNever) return {};
  while (!accepted.empty()) {
    const size_t comma = std::min(accepted.find(','), accepted.size());
    std::string item;
    for (const char c : accepted.substr(0, comma))
      if (c != ' ' && c != '\t') item += c;
    accepted.remove_prefix(std::min(comma + 1, accepted.size()));
    const std::string_view name = std::string_view(item).substr(0, item.find(';')), quality = std::string_view(item).substr(name.size());
    if (!quality.empty() && (!quality.starts_with(";q=") || quality.find_first_of("123456789") == std::string_view::npos)) continue;
    if (name == "gzip") return "gzip";
    if (name == "deflate" && packed == AdminResponse::Packed::kGzipOrDeflate) return "deflate";
  }
  return {};
}

/// cpp-httplib refuses methods it does not know: it gets to see another one in their place.
std::string with_known_method(const std::string& head) {
  const std::string_view method = std::string_view(head).substr(0, head.find(' '));
  for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
    if (method == known) return head;
  return "POST" + head.substr(method.size());
}

/// The socket as cpp-httplib sees it: it reads the head, which is already here, and writes the answer.
class ExchangeStream final : public httplib::Stream {
 public:
  ExchangeStream(const HttpExchange& exchange, const AdminServer::Limits& limits, const AdminWorkers& workers)
      : exchange_(exchange),
        head_(with_known_method(exchange.head)),
        rest_(head_),
        limits_(limits),
        workers_(workers) {}

  bool is_readable() const override { return !rest_.empty(); }
  bool is_writable() const override { return peer_is_there(); }
  ssize_t read(char* into, size_t size) override {
    const size_t here = std::min(size, rest_.size());
    std::copy_n(rest_.data(), here, into);
    rest_.remove_prefix(here);
    return static_cast<ssize_t>(here);
  }

  /// All of it or nothing: a peer that takes no byte for too long is given up.
  ssize_t write(const char* data, size_t size) override {
    size_t written = 0;
    while (written < size) {
      const ssize_t sent = exchange_.wire->send(data + written, size - written);
      if (sent > 0) {
        written += static_cast<size_t>(sent);
      } else if (errno != EINTR && !((errno == EAGAIN || errno == EWOULDBLOCK) && wait_writable())) {
        broken_ = true;
        return -1;
      }
    }
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = exchange_.remote_ip;
    port = exchange_.remote_port;
  }
  void get_local_ip_and_port(std::string&, int&) const override {}
  /// Never the real one: cpp-httplib refuses those beyond FD_SETSIZE though it selects on none here.
  socket_t socket() const override { return 0; }

  bool broken() const { return broken_; }
  bool peer_is_there() const {
    pollfd watched{exchange_.wire->fd.get(), POLLRDHUP, 0};
    return !broken_ && ::poll(&watched, 1, 0) >= 0 && (watched.revents & (POLLERR | POLLHUP | POLLRDHUP)) == 0;
  }

 private:
  bool wait_writable() const {
    for (uint64_t waited = 0; waited < (workers_.ending() ? kHurriedWriteMs : limits_.write_ms); waited += 100) {
      pollfd broken{exchange_.wire->fd.get(), 0, 0};
      if (::poll(&broken, 1, 0) > 0) return false;
      if (exchange_.wire->wait_to_send(100)) return true;
    }
    return false;
  }

  const HttpExchange& exchange_;
  const std::string head_;
  std::string_view rest_;
  const AdminServer::Limits& limits_;
  const AdminWorkers& workers_;
  bool broken_ = false;
};

}  // namespace

struct AdminServer::Inside {
  const Limits limits;
  mutable std::shared_mutex mutex;
  std::vector<Route> routes;  // sorted by precedence; under mutex
  Filter filter;              // under mutex
  std::string address;
  uint16_t port = 0;
  bool stopped = false;
  LoopThread thread{"admin-io"};
  AdminWorkers workers;
  std::unique_ptr<HttpFront> front;

  explicit Inside(Limits given) : limits(given), workers(given.threads, given.streams) {}

  void add(Route route) {
    std::unique_lock lock(mutex);
    for (Route& known : routes) {
      if (!known.same_place(route)) continue;
      known.handler = std::move(route.handler);
      return;
    }
    const auto place = std::upper_bound(routes.begin(), routes.end(), route,
                                        [](const Route& a, const Route& b) { return a.precedes(b); });
    routes.insert(place, std::move(route));
  }

  AdminResponse answer(const AdminRequest& request) const {
    Handler handler;
    Filter gate;
    {
      std::shared_lock lock(mutex);
      gate = filter;
      const auto found =
          std::find_if(routes.begin(), routes.end(), [&](const Route& route) { return route.fits(request); });
      if (found != routes.end()) handler = found->handler;
    }
    if (gate)
      if (auto refused = gate(request)) return std::move(*refused);
    return handler ? handler(request) : plain_error(404, "404 page not found");
  }

  /// On the loop.
  void serve(HttpExchange exchange);
};

namespace {

/// cpp-httplib for one exchange: it reads the head's text and writes the answer's. Framing, limits, threads and routing
/// are ours.
class Engine final : public httplib::Server {
 public:
  using Answer = std::function<AdminResponse(const AdminRequest&)>;

  Engine(HttpExchange& exchange, ExchangeStream& stream, AdminWorkers& workers, Answer answer)
      : exchange_(exchange), stream_(stream), workers_(workers), answer_(std::move(answer)) {
    svr_sock_ = 0;  // "not shutting down"; never used as a socket
    method_ = exchange.head.substr(0, exchange.head.find(' '));
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      respond(request, response);
      return HandlerResponse::Handled;
    });
    set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
      response.status = 500;
      response.set_content("500 Internal Server Error\n", "text/plain; charset=utf-8");
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
      response.headers.erase("Keep-Alive");
      response.headers.erase("Accept-Ranges");
      response.set_header("Date", http_date());
    });
  }

  void run() {
    bool closed = false;
    const bool good =
        process_request(stream_, workers_.ending(), closed, [this](httplib::Request& request) { prepare(request); });
    if (is_stream_) workers_.end_long_task();
    exchange_.keep = good && !closed && !stream_.broken() && !close_after_;
  }

 private:
  /// Before anything is done with the request: takes out what cpp-httplib would act upon by itself.
  void prepare(httplib::Request& request) {
    for (const auto& [name, value] : request.headers)
      if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" && name != "LOCAL_PORT")
        asked_.headers.push_back({name, value});
    request.headers.erase("Accept-Encoding");
    request.headers.erase("Expect");
    request.ranges.clear();
    asked_.method = method_;
    asked_.path = request.path;
    asked_.target = request.target;
    asked_.body = std::move(exchange_.body);
    const bool v6 = exchange_.remote_ip.find(':') != std::string::npos;
    asked_.remote_address =
        (v6 ? "[" + exchange_.remote_ip + "]" : exchange_.remote_ip) + ":" + std::to_string(exchange_.remote_port);
  }

  void respond(const httplib::Request& request, httplib::Response& response) {
    AdminResponse answer = answer_(asked_);
    if (answer.stream) {
      is_stream_ = workers_.begin_long_task();
      if (!is_stream_) answer = plain_error(kServiceUnavailable, "too many streams");
    }
    response.status = answer.status;
    const std::string_view encoding = answer.stream ? std::string_view() : encoding_for(asked_.header("Accept-Encoding"), answer.packed);
    if (!encoding.empty()) {
      answer.body = encoding == "gzip" ? gzip_of(answer.body) : deflate_of(answer.body);
      response.set_header("Content-Encoding", std::string(encoding));
    }
    for (const HttpHeader& header : answer.headers) response.headers.emplace(header.name, header.value);
    const bool can_chunk = request.version == "HTTP/1.1";
    if (answer.stream) {
      stream_out(std::move(answer.stream), can_chunk, response);
    } else if (answer.chunked && can_chunk) {
      const auto write = [body = std::move(answer.body)](size_t, httplib::DataSink& sink) {
        sink.write(body.data(), body.size());
        sink.done();
        return true;
      };
      provide(write, true, response);
    } else {
      response.body = std::move(answer.body);
    }
  }

  void stream_out(std::function<bool(std::string&)> next, bool can_chunk, httplib::Response& response) {
    const auto write = [this, next = std::move(next)](size_t, httplib::DataSink& sink) {
      std::string piece;
      const bool more = !workers_.ending() && stream_.peer_is_there() && next(piece);
      if (!piece.empty()) sink.write(piece.data(), piece.size());
      if (!more) sink.done();
      return true;
    };
    close_after_ = !can_chunk;
    provide(write, can_chunk, response);
  }

  /// cpp-httplib sets the type it is given here in place of ours.
  static void provide(httplib::ContentProviderWithoutLength write, bool chunked, httplib::Response& response) {
    const std::string type = response.get_header_value("Content-Type");
    response.headers.erase("Content-Type");
    const std::string sent = type.empty() ? "text/plain; charset=utf-8" : type;
    if (chunked) {
      response.set_chunked_content_provider(sent, std::move(write));
    } else {
      response.set_content_provider(sent, std::move(write));
    }
  }

  HttpExchange& exchange_;
  ExchangeStream& stream_;
  AdminWorkers& workers_;
  const Answer answer_;
  std::string method_;
  AdminRequest asked_;
  bool is_stream_ = false;
  bool close_after_ = false;
};

HttpLimits front_limits(const AdminServer::Limits& limits) {
  HttpLimits front;
  front.connections = static_cast<size_t>(limits.connections);
  front.header_bytes = limits.header_bytes;
  front.body_bytes = limits.body_bytes;
  front.request_ms = limits.request_ms;
  front.idle_ms = limits.idle_ms;
  return front;
}

/// Of this file: compiled without type information, as all here, a shared HttpExchange would take the place of those of other files.
struct ServedExchange {
  HttpExchange exchange;
};

}  // namespace

void AdminServer::Inside::serve(HttpExchange exchange) {
  workers.add([this, served = std::make_shared<ServedExchange>(std::move(exchange))] {
    ExchangeStream stream(served->exchange, limits, workers);
    Engine engine(served->exchange, stream, workers, [this](const AdminRequest& request) { return answer(request); });
    engine.run();
    thread.loop().post([this, served] { front->done(served->exchange); });
  });
}

std::optional<std::string> AdminRequest::query(std::string_view name) const {
  const size_t question = target.find('?');
  if (question == std::string::npos) return std::nullopt;
  httplib::Params parameters;
  httplib::detail::parse_query_text(target.substr(question + 1), parameters);
  const auto found = parameters.find(std::string(name));
  if (found == parameters.end()) return std::nullopt;
  return found->second;
}

AdminResponse plain_error(int status, std::string_view text) {
  AdminResponse response = plain_text(status, std::string(text) + "\n");
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  return response;
}

AdminResponse plain_text(int status, std::string body) {
  AdminResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

AdminServer::AdminServer() : AdminServer(Limits{}) {}
AdminServer::AdminServer(Limits limits) : inside_(std::make_unique<Inside>(limits)) {}
AdminServer::~AdminServer() { stop(); }

void AdminServer::route(std::string_view method, std::string path, Handler handler) {
  inside_->add({std::string(method), std::move(path), false, std::move(handler)});
}

void AdminServer::route_prefix(std::string_view method, std::string prefix, Handler handler) {
  inside_->add({std::string(method), std::move(prefix), true, std::move(handler)});
}

void AdminServer::set_filter(Filter filter) {
  std::unique_lock lock(inside_->mutex);
  inside_->filter = std::move(filter);
}

Result<void> AdminServer::listen(const std::string& address) {
  INVAR_CHECK(!inside_->front);
  auto listener = open_listener(address);
  if (!listener) return listener.error();
  std::tie(inside_->address, inside_->port) = local_address(listener->get());
  Inside* inside = inside_.get();
  inside->front = std::make_unique<HttpFront>(
      inside->thread.loop(), front_limits(inside->limits), [inside](HttpExchange exchange) { inside->serve(std::move(exchange)); });
  if (auto listening = inside->front->listen(std::move(*listener)); !listening) {
    inside->front.reset();
    return listening;
  }
  inside->thread.start();
  return {};
}

void AdminServer::set_tls(std::shared_ptr<TlsServer> tls) {
  HttpFront* front = inside_->front.get();
  call_on(inside_->thread.loop(), [&] { front->set_tls(std::move(tls)); });
}

std::string AdminServer::address() const { return inside_->address; }
uint16_t AdminServer::port() const { return inside_->port; }

void AdminServer::stop(const std::function<void()>& meanwhile) {
  if (!inside_->front || inside_->stopped) return;
  inside_->stopped = true;
  HttpFront* front = inside_->front.get();
  call_on(inside_->thread.loop(), [front] { front->stop(); });
  inside_->workers.finish(meanwhile);
  inside_->thread.stop_and_join();
  inside_->front.reset();
}

}  // namespace invar
