#include "src/base/fork_join.h"

#include <pthread.h>

#include <algorithm>

namespace invar {

ForkJoin::Job::Job(ForkJoin* forks, size_t count, std::function<void(size_t)> work)
    : forks_(forks && forks->helpers_ > 0 && count > 1 ? forks : nullptr), count_(count), work_(std::move(work)) {
  if (forks_) forks_->offer(*this);
}

ForkJoin::Job::~Job() {
  if (!forks_) return;
  next_.store(count_, std::memory_order_relaxed);
  forks_->take_back(*this);
}

void ForkJoin::Job::join() {
  take_part();
  if (forks_) forks_->take_back(*this);
}

void ForkJoin::Job::take_part() {
  for (size_t i; (i = next_.fetch_add(1, std::memory_order_relaxed)) < count_;) work_(i);
}

ForkJoin::~ForkJoin() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  begun_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ForkJoin::offer(Job& job) {
  while (threads_.size() < helpers_) threads_.emplace_back([this] { help(); });
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back(&job);
  }
  begun_.notify_all();
}

/// No helper looks at it any more.
void ForkJoin::take_back(Job& job) {
  std::unique_lock lock(mutex_);
  std::erase(jobs_, &job);
  left_.wait(lock, [&] { return job.helping_ == 0; });
}

void ForkJoin::help() {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  for (;;) {
    begun_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (ending_) return;
    Job& job = *jobs_.front();
    ++job.helping_;
    lock.unlock();
    job.take_part();
    lock.lock();
    std::erase(jobs_, &job);
    if (--job.helping_ == 0) left_.notify_one();
  }
}

}  // namespace invar
