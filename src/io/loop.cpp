#include "src/io/loop.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <future>
#include <mutex>

#include "src/io/file.h"

namespace invar {
namespace {

/// libuv lets go of a handle only some time after uv_close(): what lies around a handle (its callback may be running)
/// goes then.
template <class Inside>
void close_later(Inside* inside) {
  uv_close(reinterpret_cast<uv_handle_t*>(&inside->handle),
           [](uv_handle_t* handle) { delete static_cast<Inside*>(handle->data); });
}

}  // namespace

struct Wake::Inside {
  Loop::Inside* loop;
  std::function<void()> on_wake;
  std::atomic<bool> rung{false};
  std::atomic<int> senders{0};  // in send()
};

/// What other threads say comes in by one eventfd. libuv's uv_async_t would do, but its loop spins, a thousand times, for a sender that
/// was interrupted before it could leave: with one core for both that is every time.
struct Loop::Inside {
  uv_loop_t loop;
  uv_poll_t bell;
  int bell_fd = -1;
  std::atomic<bool> rung{false};
  std::atomic<std::thread::id> owner;
  std::mutex mutex;
  std::deque<std::function<void()>> tasks;  // under mutex
  std::atomic<int> posters{0};              // in post()
  std::vector<Wake::Inside*> wakes;         // nullptr: destroyed since the last answer
  std::vector<std::unique_ptr<Wake::Inside>> gone;  // whose callback may be running

  void ring() {
    if (rung.exchange(true)) return;
    const uint64_t one = 1;
    INVAR_CHECK(::write(bell_fd, &one, sizeof one) == sizeof one);
  }

  void answer() {
    uint64_t count;
    if (::read(bell_fd, &count, sizeof count) < 0) return;  // EAGAIN: somebody was faster
    rung.exchange(false);  // before looking: what is said from here on rings again
    run_tasks();
    for (size_t i = 0; i < wakes.size(); ++i)
      if (wakes[i] && wakes[i]->rung.exchange(false)) wakes[i]->on_wake();
    std::erase(wakes, nullptr);
    gone.clear();
  }

  void run_tasks() {
    std::deque<std::function<void()>> now;
    {
      std::lock_guard lock(mutex);
      now.swap(tasks);
    }
    for (auto& task : now) {
      task();
      task = nullptr;
    }
  }
};

Loop::Loop() : inside_(std::make_unique<Inside>()) {
  INVAR_CHECK(uv_loop_init(&inside_->loop) == 0);
  inside_->bell_fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  INVAR_CHECK(inside_->bell_fd >= 0);
  INVAR_CHECK(uv_poll_init(&inside_->loop, &inside_->bell, inside_->bell_fd) == 0);
  inside_->bell.data = inside_.get();
  const auto answer = [](uv_poll_t* bell, int, int) { static_cast<Inside*>(bell->data)->answer(); };
  INVAR_CHECK(uv_poll_start(&inside_->bell, UV_READABLE, answer) == 0);
  inside_->owner = std::this_thread::get_id();
}

Loop::~Loop() {
  while (inside_->posters.load() != 0) std::this_thread::yield();
  uv_close(reinterpret_cast<uv_handle_t*>(&inside_->bell), nullptr);
  while (uv_run(&inside_->loop, UV_RUN_NOWAIT) != 0) {
  }
  INVAR_CHECK(uv_loop_close(&inside_->loop) == 0);  // fails when something bound to the loop outlives it
  ::close(inside_->bell_fd);
}

void Loop::run() {
  inside_->owner = std::this_thread::get_id();
  uv_run(&inside_->loop, UV_RUN_DEFAULT);
}

void Loop::turn() {
  inside_->owner = std::this_thread::get_id();
  uv_run(&inside_->loop, UV_RUN_NOWAIT);
}

void Loop::stop() {
  post([this] { uv_stop(&inside_->loop); });
}

void Loop::post(std::function<void()> task) {
  ++inside_->posters;  // the task may be the loop's last
  bool first;
  {
    std::lock_guard lock(inside_->mutex);
    first = inside_->tasks.empty();
    inside_->tasks.push_back(std::move(task));
  }
  if (first) inside_->ring();
  --inside_->posters;
}

bool Loop::in_loop_thread() const { return inside_->owner == std::this_thread::get_id(); }
uint64_t Loop::now_ms() const { return uv_now(&inside_->loop); }
uv_loop_s* Loop::native() { return &inside_->loop; }

struct Timer::Inside {
  uv_timer_t handle;
  std::function<void()> on_time;
};

Timer::Timer(Loop& loop, std::function<void()> on_time) : inside_(new Inside{{}, std::move(on_time)}) {
  uv_timer_init(loop.native(), &inside_->handle);
  inside_->handle.data = inside_;
}

Timer::~Timer() { close_later(inside_); }

void Timer::start(uint64_t delay_ms, uint64_t repeat_ms) {
  uv_update_time(inside_->handle.loop);  // a long turn must not shorten the delay
  uv_timer_start(
      &inside_->handle, [](uv_timer_t* t) { static_cast<Inside*>(t->data)->on_time(); }, delay_ms, repeat_ms);
}

void Timer::stop() { uv_timer_stop(&inside_->handle); }
bool Timer::active() const { return uv_is_active(reinterpret_cast<const uv_handle_t*>(&inside_->handle)) != 0; }

struct FdWatch::Inside {
  uv_poll_t handle;
  std::function<void(unsigned)> on_ready;
  Loop* loop;
  int fd;
  unsigned wanted = 0;
  bool ready = false;  // the handle is initialised

  static void report(uv_poll_t* handle, int status, int events) {
    auto* inside = static_cast<Inside*>(handle->data);
    if (status < 0) return inside->on_ready(inside->wanted);
    const unsigned ready = (events & UV_READABLE ? kReadable : 0) | (events & UV_WRITABLE ? kWritable : 0);
    inside->on_ready(ready);
  }
};

FdWatch::FdWatch(Loop& loop, int fd, std::function<void(unsigned)> on_ready)
    : inside_(new Inside{{}, std::move(on_ready), &loop, fd}) {}

FdWatch::~FdWatch() {
  if (!inside_->ready) {
    delete inside_;
    return;
  }
  uv_poll_stop(&inside_->handle);
  close_later(inside_);
}

Result<void> FdWatch::want(unsigned events) {
  inside_->wanted = events;
  if (!inside_->ready) {
    if (events == 0) return {};
    if (const int code = uv_poll_init(inside_->loop->native(), &inside_->handle, inside_->fd); code != 0)
      return Error{"watch file descriptor: " + errno_text(-code), errno_reason(-code)};
    inside_->handle.data = inside_;
    inside_->ready = true;
  }
  if (events == 0) {
    uv_poll_stop(&inside_->handle);
    return {};
  }
  const int flags = (events & kReadable ? UV_READABLE : 0) | (events & kWritable ? UV_WRITABLE : 0);
  if (const int code = uv_poll_start(&inside_->handle, flags, &Inside::report); code != 0)
    return Error{"watch file descriptor: " + errno_text(-code), errno_reason(-code)};
  return {};
}

Wake::Wake(Loop& loop, std::function<void()> on_wake) : inside_(new Inside{loop.inside_.get(), std::move(on_wake)}) {
  inside_->loop->wakes.push_back(inside_);
}

Wake::~Wake() {
  std::ranges::replace(inside_->loop->wakes, inside_, nullptr);
  while (inside_->senders.load() != 0) std::this_thread::yield();
  inside_->loop->gone.emplace_back(inside_);
}

void Wake::send() {
  ++inside_->senders;
  if (!inside_->rung.exchange(true)) inside_->loop->ring();
  --inside_->senders;
}

struct TurnEnd::Inside {
  uv_prepare_t handle;
  std::function<void()> at_end;
};

TurnEnd::TurnEnd(Loop& loop, std::function<void()> at_end) : inside_(new Inside{{}, std::move(at_end)}) {
  uv_prepare_init(loop.native(), &inside_->handle);
  inside_->handle.data = inside_;
  uv_prepare_start(&inside_->handle, [](uv_prepare_t* handle) { static_cast<Inside*>(handle->data)->at_end(); });
}

TurnEnd::~TurnEnd() {
  uv_prepare_stop(&inside_->handle);
  close_later(inside_);
}

struct SignalWatch::Inside {
  uv_signal_t handle;
  std::function<void(int)> on_signal;
};

SignalWatch::SignalWatch(Loop& loop, std::initializer_list<int> signals, std::function<void(int)> on_signal) {
  for (const int signal : signals) {
    auto* inside = new Inside{{}, on_signal};
    uv_signal_init(loop.native(), &inside->handle);
    inside->handle.data = inside;
    const auto report = [](uv_signal_t* handle, int number) { static_cast<Inside*>(handle->data)->on_signal(number); };
    INVAR_CHECK(uv_signal_start(&inside->handle, report, signal) == 0);
    inside_.push_back(inside);
  }
}

SignalWatch::~SignalWatch() {
  for (Inside* inside : inside_) close_later(inside);
}

void ignore_broken_pipes() { std::signal(SIGPIPE, SIG_IGN); }

LoopThread::LoopThread(std::string name) : name_(std::move(name)) {}
LoopThread::~LoopThread() { stop_and_join(); }

void LoopThread::start() {
  INVAR_CHECK(!thread_.joinable());
  // The loop is the thread's before this returns: else call_on() would run tasks of the caller's right here.
  std::promise<void> begun;
  thread_ = std::thread([this, &begun] {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    loop_.turn();
    begun.set_value();
    loop_.run();
  });
  begun.get_future().wait();
}

void LoopThread::stop_and_join() {
  if (!thread_.joinable()) return;
  loop_.stop();
  thread_.join();
  loop_.turn();  // what was posted during the last turn; and the loop is the caller's from now on
}

namespace {

/// A call whose caller may have gone away: task is touched only by who moved the state out of kWaiting.
struct PendingCall {
  enum State : uint8_t { kWaiting, kRunning, kDone, kAbandoned };
  std::mutex mutex;
  std::condition_variable changed;
  State state = kWaiting;
  std::function<void()> task;

  void run() {
    {
      std::lock_guard lock(mutex);
      if (state != kWaiting) return;
      state = kRunning;
    }
    task();
    std::lock_guard lock(mutex);
    task = nullptr;
    state = kDone;
    changed.notify_all();
  }
};

}  // namespace

bool call_on(Loop& loop, std::function<void()> task, int timeout_ms) {
  if (loop.in_loop_thread()) {
    task();
    return true;
  }
  auto call = std::make_shared<PendingCall>();
  call->task = std::move(task);
  loop.post([call] { call->run(); });
  std::unique_lock lock(call->mutex);
  const auto begun = [&] { return call->state != PendingCall::kWaiting; };
  if (timeout_ms >= 0 && !call->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms),
                                                 [&] { return call->state == PendingCall::kDone; })) {
    if (!begun()) {
      call->state = PendingCall::kAbandoned;
      call->task = nullptr;
      return false;
    }
  }
  call->changed.wait(lock, [&] { return call->state == PendingCall::kDone; });
  return true;
}

}  // namespace invar
