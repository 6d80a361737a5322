#include "src/base/fork_join.h"

#include <pthread.h>

namespace invar {

ForkJoin::~ForkJoin() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  begun_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ForkJoin::run(size_t count, const std::function<void(size_t)>& work) {
  if (helpers_ == 0 || count < 2) {
    for (size_t i = 0; i < count; ++i) work(i);
    return;
  }
  while (threads_.size() < helpers_) threads_.emplace_back([this] { help(); });
  {
    std::lock_guard lock(mutex_);
    work_ = &work;
    count_ = count;
    ++job_;
    next_.store(0, std::memory_order_relaxed);
  }
  begun_.notify_all();
  take_part(work, count);
  std::unique_lock lock(mutex_);
  work_ = nullptr;  // who wakes up only now finds nothing
  left_.wait(lock, [this] { return helping_ == 0; });
}

void ForkJoin::take_part(const std::function<void(size_t)>& work, size_t count) {
  for (size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count;) work(i);
}

void ForkJoin::help() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  for (uint64_t seen = 0;;) {
    begun_.wait(lock, [&] { return ending_ || (work_ && job_ != seen); });
    if (ending_) return;
    seen = job_;
    const auto* const work = work_;
    const size_t count = count_;
    ++helping_;
    lock.unlock();
    take_part(*work, count);
    lock.lock();
    if (--helping_ == 0) left_.notify_one();
  }
}

}  // namespace invar
