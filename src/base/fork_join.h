#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace invar {

/// Shares out pieces of one job among the thread that has it and some helpers, which start with the first job and sleep between jobs. Used by one thread at a time.
class ForkJoin {
 public:
  /// `name`: of the helper threads. 0 helpers: whoever has the job does it alone.
  ForkJoin(std::string name, size_t helpers) : name_(std::move(name)), helpers_(helpers) {}
  ~ForkJoin();
  ForkJoin(const ForkJoin&) = delete;

  /// Calls `work(i)` for each i below `count`, in any order, some of them on helpers; returns when all are done. The caller takes part, so a helper that gets no core
  /// holds nothing up but the piece it has begun. `work` does not throw.
  void run(size_t count, const std::function<void(size_t)>& work);

 private:
  void help();
  void take_part(const std::function<void(size_t)>& work, size_t count);

  const std::string name_;
  const size_t helpers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable begun_, left_;
  const std::function<void(size_t)>* work_ = nullptr;  // nullptr: nothing to do
  size_t count_ = 0;
  uint64_t job_ = 0;
  size_t helping_ = 0;
  bool ending_ = false;
  std::atomic<size_t> next_{0};
};

}  // namespace invar
