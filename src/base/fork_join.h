#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace invar {

/// Shares out the pieces of jobs among the thread that has them and some helpers, which start with the first job and sleep when there is none. Used by one thread.
class ForkJoin {
 public:
  /// Work in pieces: helpers begin when it is made, behind the jobs that were made before. Made, joined and destroyed by the thread that uses the ForkJoin.
  class Job {
   public:
    /// `work(i)` is for each i below `count`, in any order, on any of the threads; it does not throw. nullptr: without helpers.
    Job(ForkJoin* forks, size_t count, std::function<void(size_t)> work);
    /// What nobody has begun is left out, what is under way is waited for.
    ~Job();
    Job(const Job&) = delete;
    /// Returns when all pieces are done. Takes part, so a helper that gets no core holds nothing up but the piece it has begun; while that is waited for, pieces of later
    /// jobs are done.
    void join();

   private:
    friend class ForkJoin;
    bool do_next();
    void take_part();
    ForkJoin* const forks_;  // nullptr: nobody helps
    const size_t count_;
    const std::function<void(size_t)> work_;
    std::atomic<size_t> next_{0};
    size_t helping_ = 0;  // guarded by the mutex of forks_
  };

  /// `name`: of the helper threads. 0 helpers: whoever has the job does it alone.
  ForkJoin(std::string name, size_t helpers) : name_(std::move(name)), helpers_(helpers) {}
  /// No job is left.
  ~ForkJoin();
  ForkJoin(const ForkJoin&) = delete;

 private:
  void offer(Job& job);
  void work_on_others_until_left(Job& job);
  void take_back(Job& job);
  void help();

  const std::string name_;
  const size_t helpers_;
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable begun_, left_;
  std::deque<Job*> jobs_;  // that may have pieces nobody has begun
  bool ending_ = false;
};

}  // namespace invar
