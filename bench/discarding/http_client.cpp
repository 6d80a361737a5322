// The HTTP client of `invar_discarding`, in the place of src/io/http_client.cpp: it takes each request, says 204 and forgets it. What is left of an
// agent is what a line costs up to the socket: reading, stages, assembling, compressing, settling. At the end it says on standard error what it took.
#include "src/io/http_client.h"

#include <cstdio>
#include <mutex>
#include <utility>
#include <vector>

#include "src/base/clock.h"

namespace invar {
namespace {

/// The requests of all clients.
struct Taken {
  struct Request {
    size_t bytes;
    int64_t at_ns;  // wall clock
  };
  std::mutex mutex;
  std::vector<Request> requests;
  size_t bytes = 0;

  void note(size_t size) {
    const std::lock_guard lock(mutex);
    requests.push_back({size, SystemClock::instance().wall_ns()});
    bytes += size;
  }
  /// When 99 % had been sent: the last lines may wait for timers, such as stage.multiline's.
  int64_t done_ns() const {
    size_t sent = 0;
    for (const Request& request : requests)
      if ((sent += request.bytes) >= bytes - bytes / 100) return request.at_ns;
    return 0;
  }
  ~Taken() { std::fprintf(stderr, "{\"requests\": %zu, \"bytes\": %zu, \"done_ns\": %lld}\n", requests.size(), bytes, static_cast<long long>(done_ns())); }
};
Taken taken;

}  // namespace

struct HttpCall::Inside {
  HttpClient::Done done;  // empty: answered, or cancelled
};

HttpCall::HttpCall(HttpCall&&) noexcept = default;
HttpCall& HttpCall::operator=(HttpCall&& other) noexcept {
  cancel();
  inside_ = std::move(other.inside_);
  return *this;
}
HttpCall::~HttpCall() { cancel(); }
void HttpCall::cancel() {
  if (const auto inside = inside_.lock()) inside->done = nullptr;
}
void HttpCall::detach() { inside_.reset(); }
void HttpCall::pause() {}
void HttpCall::resume() {}
bool HttpCall::pending() const {
  const auto inside = inside_.lock();
  return inside && inside->done;
}

struct HttpClient::Inside {
  Loop& loop;
};

HttpClient::HttpClient(Loop& loop, HttpClientConfig) : inside_(std::make_shared<Inside>(Inside{loop})) {}
HttpClient::~HttpClient() = default;

HttpCall HttpClient::send(HttpRequest request, Done done) {
  taken.note(request.body.bytes.size());
  auto call = std::make_shared<HttpCall::Inside>(HttpCall::Inside{std::move(done)});
  inside_->loop.post([call, url = std::move(request.url)] {
    const Done answered = std::exchange(call->done, nullptr);
    if (!answered) return;
    HttpResponse response;
    response.status = 204;
    response.status_text = "No Content";
    response.final_url = url;
    answered(std::move(response));
  });
  return HttpCall(call);
}

}  // namespace invar
