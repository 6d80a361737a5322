#include "src/io/http_client.h"

#include <curl/curl.h>
#include <netdb.h>
#include <sys/socket.h>

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_map>

#include "src/io/http_easy.h"

namespace invar {
namespace {

/// How much of an answer is read beyond what is kept, to save the connection; longer ones cost it.
constexpr size_t kDrainBytes = 256u << 10;

int64_t steady_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void initialise_curl() {
  static std::once_flag once;
  std::call_once(once, [] { INVAR_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK); });
}

std::string numeric_address(const sockaddr* address, socklen_t length) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  if (::getnameinfo(address, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return {};
  const std::string name = host;
  return (name.find(':') != std::string::npos ? "[" + name + "]" : name) + ":" + port;
}

}  // namespace

/// One request: from send() until its callback has been called or it was cancelled.
struct HttpCall::Inside {
  std::weak_ptr<HttpClient::Inside> client;
  HttpRequest request;
  HttpClient::Done done;
  bool over = false;      // cancelled, or its callback was called
  bool too_long = false;  // the answer was given up on purpose
  bool head_shown = false;
  int64_t begun_ns = steady_ns();
  HttpResponse response;
  size_t drained = 0;
  CURL* easy = nullptr;  // null before the transfer starts
  HttpEasyLists lists;
  char details[CURL_ERROR_SIZE] = "";
  std::string last_address;
  Secret authorization;
  std::unique_ptr<Timer> silence;  // runs out when the server says nothing for too long

  void heard() {
    if (silence) silence->start(request.silence_timeout_ms);
  }
  static size_t take_header(char* data, size_t, size_t size, void* user) {
    return static_cast<Inside*>(user)->header_line({data, size}) ? size : 0;
  }
  static size_t take_body(char* data, size_t, size_t size, void* user) {
    return static_cast<Inside*>(user)->body_piece({data, size}) ? size : 0;
  }
  static curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
    static_cast<Inside*>(user)->last_address = numeric_address(&address->addr, address->addrlen);
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  }

  bool header_line(std::string_view line);
  bool body_piece(std::string_view piece);
  bool will_be_redirected() const;
  void begin_response(std::string_view status_line);
};

struct HttpClient::Inside : std::enable_shared_from_this<HttpClient::Inside> {
  using Call = HttpCall::Inside;
  using CallPtr = std::shared_ptr<Call>;

  Loop& loop;
  const HttpClientConfig config;
  CURLM* multi;
  std::unique_ptr<Timer> timer;
  std::map<curl_socket_t, std::unique_ptr<FdWatch>> sockets;
  std::unique_ptr<HttpAuthorizer> authorizer;
  std::unordered_map<Call*, CallPtr> calls;
  std::deque<CallPtr> waiting;  // to be started once curl has returned
  std::vector<CURL*> spare;     // easy handles for re-use
  bool in_curl = false;         // curl must not be re-entered from its callbacks
  bool closed = false;

  Inside(Loop& loop, HttpClientConfig given) : loop(loop), config(std::move(given)) {
    initialise_curl();
    multi = curl_multi_init();
    INVAR_CHECK(multi != nullptr);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(config.max_idle_connections));
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &watch_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &set_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    timer = std::make_unique<Timer>(loop, [this] { turn(CURL_SOCKET_TIMEOUT, 0); });
    const HttpAuthConfig& auth = config.auth;
    if (auth.basic || auth.authorization || auth.oauth2) authorizer = std::make_unique<HttpAuthorizer>(loop, auth);
  }

  static int watch_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
    auto& self = *static_cast<Inside*>(user);
    if (what == CURL_POLL_REMOVE) {
      self.sockets.erase(socket);
      return 0;
    }
    auto& watch = self.sockets[socket];
    if (!watch) {
      watch = std::make_unique<FdWatch>(self.loop, socket, [user, socket](unsigned ready) {
        const int flags =
            (ready & FdWatch::kReadable ? CURL_CSELECT_IN : 0) | (ready & FdWatch::kWritable ? CURL_CSELECT_OUT : 0);
        static_cast<Inside*>(user)->turn(socket, flags);
      });
    }
    const unsigned events =
        (what & CURL_POLL_IN ? FdWatch::kReadable : 0) | (what & CURL_POLL_OUT ? FdWatch::kWritable : 0);
    return watch->want(events) ? 0 : -1;
  }

  static int set_timer(CURLM*, long timeout_ms, void* user) {
    Timer& timer = *static_cast<Inside*>(user)->timer;
    timeout_ms < 0 ? timer.stop() : timer.start(static_cast<uint64_t>(timeout_ms));
    return 0;
  }

  /// Lets curl work, then does what its callbacks must not do.
  void turn(curl_socket_t socket, int flags) {
    const auto alive = shared_from_this();
    int running = 0;
    in_curl = true;
    curl_multi_socket_action(multi, socket, flags, &running);
    in_curl = false;
    settle();
  }

  void settle() {
    const auto alive = shared_from_this();
    std::vector<std::pair<CallPtr, CURLcode>> ended;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Call* call = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
      if (const auto found = calls.find(call); found != calls.end())
        ended.emplace_back(found->second, message->data.result);
    }
    for (auto& [call, code] : ended) finish(call, code);
    // Cancelled from within curl's callbacks.
    std::erase_if(calls, [this](const auto& entry) {
      if (entry.second->over) release(*entry.second);
      return entry.second->over;
    });
    while (!waiting.empty() && !closed) {
      const CallPtr call = std::move(waiting.front());
      waiting.pop_front();
      start(call);
    }
    if (closed) clean_up();
  }

  void begin(const CallPtr& call) {
    calls.emplace(call.get(), call);
    if (!authorizer) return start_soon(call);
    authorizer->authorize([this, weak = std::weak_ptr(call)](Result<Secret> header) {
      const CallPtr call = weak.lock();
      if (!call || call->over) return;
      if (!header) return fail_later(call, http_error(call->request, header.error().what, header.error().reason));
      call->authorization = std::move(*header);
      start_soon(call);
    });
  }

  void start_soon(const CallPtr& call) {
    if (in_curl) {
      waiting.push_back(call);
    } else {
      start(call);
    }
  }

  void start(const CallPtr& call) {
    if (call->over) return;
    if (spare.empty()) {
      call->easy = curl_easy_init();
      INVAR_CHECK(call->easy != nullptr);
    } else {
      call->easy = spare.back();
      spare.pop_back();
    }
    const auto applied = apply_request(call->easy, call->request, config, call->authorization, call->lists);
    if (!applied) return fail_later(call, http_error(call->request, applied.error().what, applied.error().reason));
    CURL* easy = call->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call.get());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->details);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Call::take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call.get());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Call::take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call.get());
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &Call::open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call.get());
    if (call->request.silence_timeout_ms > 0) {
      call->silence = std::make_unique<Timer>(loop, [this, weak = std::weak_ptr(call)] {
        if (const CallPtr silent = weak.lock()) finish(silent, CURLE_OPERATION_TIMEDOUT);
      });
      call->heard();
    }
    in_curl = true;
    const CURLMcode added = curl_multi_add_handle(multi, easy);
    in_curl = false;
    INVAR_CHECK(added == CURLM_OK);
  }

  /// The callback must not be called before send() has returned.
  void fail_later(const CallPtr& call, Error error) {
    loop.post([weak = weak_from_this(), call, error = std::move(error)] {
      const auto self = weak.lock();
      if (!self || call->over) return;
      self->release(*call);
      self->calls.erase(call.get());
      call->over = true;
      call->done(error);
    });
  }

  void finish(const CallPtr& call, CURLcode code) {
    if (call->over || closed) return;
    const auto alive = shared_from_this();
    const bool complete = code == CURLE_OK || (code == CURLE_WRITE_ERROR && call->too_long);
    Result<HttpResponse> result = complete ? Result<HttpResponse>(response_of(*call)) : failure_of(*call, code);
    release(*call);
    calls.erase(call.get());
    call->over = true;
    if (complete && result->status == 401 && authorizer) authorizer->invalidate();
    call->done(std::move(result));
  }

  static HttpResponse response_of(Call& call) {
    const char* url = nullptr;
    curl_easy_getinfo(call.easy, CURLINFO_EFFECTIVE_URL, &url);
    if (url != nullptr) call.response.final_url = url;
    call.response.duration_ns = steady_ns() - call.begun_ns;
    return std::move(call.response);
  }

  Error failure_of(Call& call, CURLcode code) {
    const std::string_view details = call.details[0] != '\0' ? call.details : curl_easy_strerror(code);
    std::string proxy = choose_proxy(config.proxy, ProxyEnvironment::read(), call.request.url);
    if (const size_t at = proxy.rfind('@'); at != std::string::npos) proxy.erase(0, at + 1);
    if (const size_t scheme = proxy.find("://"); scheme != std::string::npos) proxy.erase(0, scheme + 3);
    return http_error(call.easy, call.request, {code, details, call.last_address, config.unix_socket.empty() ? proxy : std::string(), config.unix_socket});
  }

  /// Takes the easy handle off the call.
  void release(Call& call) {
    if (call.easy == nullptr) return;
    CURL* easy = std::exchange(call.easy, nullptr);
    call.silence.reset();
    in_curl = true;  // removing may call watch_socket
    curl_multi_remove_handle(multi, easy);
    in_curl = false;
    curl_easy_reset(easy);
    if (spare.size() < config.max_idle_connections) {
      spare.push_back(easy);
    } else {
      curl_easy_cleanup(easy);
    }
  }

  void cancel(Call& call) {
    if (call.over) return;
    call.over = true;
    if (in_curl) return;  // settle() does the rest
    const auto found = calls.find(&call);
    if (found == calls.end()) return;
    const CallPtr kept = found->second;
    release(call);
    calls.erase(found);
  }

  void pause(Call& call, bool on) {
    if (call.easy == nullptr || call.over) return;
    if (call.silence) on ? call.silence->stop() : call.heard();
    const auto alive = shared_from_this();
    const bool nested = in_curl;
    in_curl = true;
    curl_easy_pause(call.easy, on ? CURLPAUSE_RECV : CURLPAUSE_CONT);
    in_curl = nested;
    if (!nested) settle();
  }

  void close() {
    closed = true;
    for (auto& [_, call] : calls) call->over = true;
    if (!in_curl) clean_up();
  }

  void clean_up() {
    if (multi == nullptr) return;
    authorizer.reset();
    waiting.clear();
    for (auto& [_, call] : calls) release(*call);
    calls.clear();
    for (CURL* easy : spare) curl_easy_cleanup(easy);
    spare.clear();
    in_curl = true;
    curl_multi_cleanup(multi);
    in_curl = false;
    multi = nullptr;
    sockets.clear();
    timer.reset();
  }

  ~Inside() { clean_up(); }
};

bool HttpCall::Inside::will_be_redirected() const {
  const auto owner = client.lock();
  const int status = response.status;
  return owner && owner->config.follow_redirects && status >= 300 && status < 400 &&
         has_header(response.headers, "Location");
}

void HttpCall::Inside::begin_response(std::string_view status_line) {
  response.headers.clear();
  response.body.clear();
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  const size_t code = status_line.find(' ');
  const size_t text = code == std::string_view::npos ? code : status_line.find(' ', code + 1);
  response.status_text = text == std::string_view::npos ? "" : std::string(status_line.substr(text + 1));
}

bool HttpCall::Inside::header_line(std::string_view line) {
  if (over) return false;
  heard();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    begin_response(line);
  } else if (!line.empty()) {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return true;
    const std::string_view value = line.substr(colon + 1);
    const size_t first = std::min(value.find_first_not_of(" \t"), value.size());
    const size_t end = std::max(value.find_last_not_of(" \t") + 1, first);
    response.headers.push_back({std::string(line.substr(0, colon)), std::string(value.substr(first, end - first))});
  } else if (request.on_head && !head_shown && response.status >= 200 && !will_be_redirected()) {
    head_shown = true;
    request.on_head(response.status, response.headers);
  }
  return !over;
}

bool HttpCall::Inside::body_piece(std::string_view piece) {
  if (over) return false;
  heard();
  if (will_be_redirected()) return true;
  if (request.on_data) {
    request.on_data(piece);
    return !over;
  }
  const size_t kept = std::min(piece.size(), request.body_limit - response.body.size());
  response.body.append(piece.substr(0, kept));
  if (kept == piece.size()) return true;
  response.truncated = true;
  drained += piece.size() - kept;
  too_long = drained > kDrainBytes;
  return !too_long;
}

HttpCall::HttpCall(HttpCall&& other) noexcept : inside_(std::exchange(other.inside_, {})) {}

HttpCall& HttpCall::operator=(HttpCall&& other) noexcept {
  if (this != &other) {
    cancel();
    inside_ = std::exchange(other.inside_, {});
  }
  return *this;
}

HttpCall::~HttpCall() { cancel(); }

void HttpCall::cancel() {
  const auto call = std::exchange(inside_, {}).lock();
  if (!call) return;
  if (const auto client = call->client.lock()) client->cancel(*call);
}

void HttpCall::detach() { inside_.reset(); }

void HttpCall::pause() {
  const auto call = inside_.lock();
  const auto client = call ? call->client.lock() : nullptr;
  if (client) client->pause(*call, true);
}

void HttpCall::resume() {
  const auto call = inside_.lock();
  const auto client = call ? call->client.lock() : nullptr;
  if (client) client->pause(*call, false);
}

bool HttpCall::pending() const {
  const auto call = inside_.lock();
  return call && !call->over;
}

HttpClient::HttpClient(Loop& loop, HttpClientConfig config)
    : inside_(std::make_shared<Inside>(loop, std::move(config))) {}

HttpClient::~HttpClient() { inside_->close(); }

HttpCall HttpClient::send(HttpRequest request, Done done) {
  auto call = std::make_shared<HttpCall::Inside>();
  call->client = inside_;
  call->request = std::move(request);
  call->done = std::move(done);
  inside_->begin(call);
  return HttpCall(call);
}

}  // namespace invar
