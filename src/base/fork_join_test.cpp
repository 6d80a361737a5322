#include "src/base/fork_join.h"

#include <doctest/doctest.h>

#include <set>

namespace invar {

TEST_CASE("every piece is done once before run returns, by the caller and its helpers") {
  for (const size_t helpers : {0, 1, 3}) {
    ForkJoin forks("test", helpers);
    for (size_t round = 0; round < 2000; ++round) {
      const size_t count = round % 20;
      std::vector<int> done(count);  // each piece writes its own: a race shows under the thread sanitizer
      forks.run(count, [&](size_t i) { ++done[i]; });
      CHECK(done == std::vector<int>(count, 1));
    }
  }
}

TEST_CASE("helpers do take part") {
  ForkJoin forks("test", 1);
  std::mutex mutex;
  std::set<std::thread::id> who;
  std::condition_variable joined;
  // The first piece waits for the second, so two threads are needed.
  bool second = false;
  forks.run(2, [&](size_t i) {
    std::unique_lock lock(mutex);
    who.insert(std::this_thread::get_id());
    if (i == 1) second = true, joined.notify_all();
    else joined.wait(lock, [&] { return second; });
  });
  CHECK(who.size() == 2);
}

}  // namespace invar
