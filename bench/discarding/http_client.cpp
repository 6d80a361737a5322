// The HTTP client of `invar_discarding`, in the place of src/io/http_client.cpp: it takes each request, says 204 and forgets it. What is left of an
// agent is what a line costs up to the socket: reading, stages, assembling, compressing, settling. At the end it says on standard error what it took.
#include "src/io/http_client.h"

#include <atomic>
#include <cstdio>
#include <utility>

#include "src/base/clock.h"

namespace invar {
namespace {

/// Of all clients.
struct Taken {
  std::atomic<uint64_t> requests{0}, bytes{0};
  std::atomic<int64_t> last_ns{0};  // wall clock
  ~Taken() {
    std::fprintf(stderr, "{\"requests\": %llu, \"bytes\": %llu, \"last_ns\": %lld}\n", static_cast<unsigned long long>(requests), static_cast<unsigned long long>(bytes),
                 static_cast<long long>(last_ns));
  }
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
  ++taken.requests;
  taken.bytes += request.body.bytes.size();
  taken.last_ns = SystemClock::instance().wall_ns();
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
