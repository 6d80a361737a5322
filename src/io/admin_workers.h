#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace invar {

/// Threads that are made when they are needed, up to a limit which rises by one for each task that says it will stay
/// long.
class AdminWorkers {
 public:
  AdminWorkers(int threads, int long_tasks) : threads_(threads), long_tasks_(long_tasks) {}
  ~AdminWorkers() {
    finish([] {});
  }

  void add(std::function<void()> task);
  /// From within a task: it goes on for long. False when too many do.
  bool begin_long_task();
  void end_long_task();
  bool ending() const { return ending_; }
  /// Tells long tasks to end, runs what was added, waits for all; calls `meanwhile` every few milliseconds.
  void finish(const std::function<void()>& meanwhile);

 private:
  void work();
  void join_finished();

  const int threads_;
  const int long_tasks_;
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::list<std::thread> live_;
  std::list<std::thread> finished_;  // to be joined
  int idle_ = 0;
  int long_running_ = 0;
};

}  // namespace invar
