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
  if (!forks_) return;
  forks_->work_on_others_until_left(*this);
  forks_->take_back(*this);
}

/// False: all have been begun.
bool ForkJoin::Job::do_next() {
  const size_t i = next_.fetch_add(1, std::memory_order_relaxed);
  if (i >= count_) return false;
  work_(i);
  return true;
}

void ForkJoin::Job::take_part() {
  while (do_next()) {
  }
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

/// Returns when nobody helps with the job any more, or there is nothing else to do. All jobs are those of the calling thread: none goes meanwhile.
void ForkJoin::work_on_others_until_left(Job& job) {
  std::unique_lock lock(mutex_);
  std::erase(jobs_, &job);
  while (job.helping_ > 0 && !jobs_.empty()) {
    Job& other = *jobs_.front();
    lock.unlock();
    const bool had_one = other.do_next();
    lock.lock();
    if (!had_one) std::erase(jobs_, &other);
  }
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
