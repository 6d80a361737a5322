#include "src/runtime/blocking_request.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace invar {

Result<HttpResponse> request_now(const HttpClientConfig& config, HttpRequest request) {
  std::mutex mutex;
  std::condition_variable changed;
  std::optional<Result<HttpResponse>> answer;
  std::unique_ptr<HttpClient> client;
  LoopThread thread("request");
  thread.start();
  thread.loop().post([&] {
    client = std::make_unique<HttpClient>(thread.loop(), config);
    client
        ->send(std::move(request),
               [&](Result<HttpResponse> result) {
                 const std::lock_guard lock(mutex);
                 answer.emplace(std::move(result));
                 changed.notify_one();
               })
        .detach();
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answer.has_value(); });
  }
  thread.stop_and_join();
  client.reset();
  return std::move(*answer);
}

}  // namespace invar
