#include "src/io/background_call.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "src/io/loop.h"

namespace invar {

struct BackgroundCall::Shared {
  std::mutex mutex;
  Loop* loop;  // nullptr: forgotten
  bool done = false;
};

BackgroundCall::BackgroundCall(Loop& loop, std::function<std::function<void()>()> work) : shared_(std::make_shared<Shared>()) {
  shared_->loop = &loop;
  std::thread([shared = shared_, work = std::move(work)] {
    auto then = work();
    const std::lock_guard lock(shared->mutex);
    if (!shared->loop) return;
    shared->loop->post([shared, then = std::move(then)] {
      {
        const std::lock_guard again(shared->mutex);
        if (!shared->loop) return;
        shared->done = true;
      }
      then();
    });
  }).detach();
}

BackgroundCall& BackgroundCall::operator=(BackgroundCall&& other) noexcept {
  if (this == &other) return *this;
  forget();
  shared_ = std::move(other.shared_);
  return *this;
}

void BackgroundCall::forget() {
  if (!shared_) return;
  const std::lock_guard lock(shared_->mutex);
  shared_->loop = nullptr;
}

bool BackgroundCall::pending() const {
  if (!shared_) return false;
  const std::lock_guard lock(shared_->mutex);
  return shared_->loop && !shared_->done;
}

bool BackgroundCall::wait(std::function<void()> work, uint64_t timeout_ms) {
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  const auto state = std::make_shared<State>();
  std::thread([state, work = std::move(work)] {
    work();
    const std::lock_guard lock(state->mutex);
    state->done = true;
    state->changed.notify_one();
  }).detach();
  std::unique_lock lock(state->mutex);
  return state->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return state->done; });
}

}  // namespace invar
