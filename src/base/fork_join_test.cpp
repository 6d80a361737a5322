#include "src/base/fork_join.h"

#include <doctest/doctest.h>

#include <memory>
#include <set>

namespace invar {

TEST_CASE("every piece is done once before join returns, by the caller and its helpers") {
  for (const size_t helpers : {0, 1, 3}) {
    ForkJoin forks("test", helpers);
    for (size_t round = 0; round < 2000; ++round) {
      const size_t count = round % 20;
      std::vector<int> done(count);  // each piece writes its own: a race shows under the thread sanitizer
      ForkJoin::Job(&forks, count, [&](size_t i) { ++done[i]; }).join();
      CHECK(done == std::vector<int>(count, 1));
    }
  }
}

TEST_CASE("jobs that stand in line are joined in any order; one that is dropped is not looked at again") {
  for (const size_t helpers : {0, 1, 3}) {
    ForkJoin forks("test", helpers);
    for (size_t round = 0; round < 500; ++round) {
      std::vector<std::vector<int>> done(4, std::vector<int>(round % 9 + 1));
      std::vector<std::unique_ptr<ForkJoin::Job>> jobs;
      for (std::vector<int>& mine : done) jobs.push_back(std::make_unique<ForkJoin::Job>(&forks, mine.size(), [&mine](size_t i) { ++mine[i]; }));
      const size_t dropped = round % 4;
      jobs[dropped].reset();
      std::vector<int>().swap(done[dropped]);  // the address sanitizer sees who still writes
      for (size_t i : {size_t{2}, size_t{0}, size_t{3}, size_t{1}})
        if (jobs[i]) jobs[i]->join();
      for (size_t i = 0; i < done.size(); ++i) CHECK(done[i] == std::vector<int>(i == dropped ? 0 : round % 9 + 1, 1));
    }
  }
}

TEST_CASE("helpers do take part, before anybody joins") {
  ForkJoin forks("test", 1);
  std::mutex mutex;
  std::set<std::thread::id> who;
  std::condition_variable joined;
  // The first piece waits for the second, so two threads are needed.
  bool first = false, second = false;
  ForkJoin::Job job(&forks, 2, [&](size_t i) {
    std::unique_lock lock(mutex);
    who.insert(std::this_thread::get_id());
    (i == 1 ? second : first) = true;
    joined.notify_all();
    if (i == 0) joined.wait(lock, [&] { return second; });
  });
  {
    std::unique_lock lock(mutex);
    joined.wait(lock, [&] { return first; });
  }
  job.join();
  CHECK(who.size() == 2);
}

TEST_CASE("while a helper has the last piece, pieces of the next job are done") {
  ForkJoin forks("test", 1);
  std::mutex mutex;
  std::condition_variable changed;
  bool helping = false, next_begun = false;
  const std::thread::id caller = std::this_thread::get_id();
  ForkJoin::Job job(&forks, 2, [&](size_t) {
    std::unique_lock lock(mutex);
    const bool is_helper = std::this_thread::get_id() != caller;
    helping |= is_helper;
    changed.notify_all();
    changed.wait(lock, [&] { return is_helper ? next_begun : helping; });
  });
  ForkJoin::Job next(&forks, 2, [&](size_t) {
    std::unique_lock lock(mutex);
    next_begun = true;
    changed.notify_all();
  });
  job.join();  // else it waits for ever
  next.join();
  CHECK(next_begun);
}

}  // namespace invar
