#include "src/io/admin_workers.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

namespace invar {

void AdminWorkers::add(std::function<void()> task) {
  std::lock_guard lock(mutex_);
  join_finished();
  tasks_.push_back(std::move(task));
  const bool enough = idle_ >= static_cast<int>(tasks_.size());
  if (!enough && static_cast<int>(live_.size()) < threads_ + long_running_) live_.emplace_back([this] { work(); });
  changed_.notify_one();
}

bool AdminWorkers::begin_long_task() {
  std::lock_guard lock(mutex_);
  if (ending_ || long_running_ >= long_tasks_) return false;
  ++long_running_;
  if (idle_ == 0 && !tasks_.empty()) live_.emplace_back([this] { work(); });
  return true;
}

void AdminWorkers::end_long_task() {
  std::lock_guard lock(mutex_);
  --long_running_;
}

void AdminWorkers::work() {
  pthread_setname_np(pthread_self(), "admin");
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
    --idle_;
    if (tasks_.empty()) break;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    if (static_cast<int>(live_.size()) > threads_ + long_running_) break;
  }
  const auto self = std::find_if(live_.begin(), live_.end(),
                                 [](const std::thread& t) { return t.get_id() == std::this_thread::get_id(); });
  finished_.splice(finished_.end(), live_, self);
  changed_.notify_all();
}

void AdminWorkers::join_finished() {
  for (std::thread& thread : finished_) thread.join();
  finished_.clear();
}

void AdminWorkers::finish(const std::function<void()>& meanwhile) {
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_all();
  while (!live_.empty()) {
    changed_.wait_for(lock, std::chrono::milliseconds(5));
    lock.unlock();
    meanwhile();
    lock.lock();
  }
  join_finished();
}

}  // namespace invar
