#include "src/io/loop.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <string>
#include <vector>

#include "src/base/spsc_ring.h"
#include "src/io/file.h"

using namespace invar;

TEST_CASE("tasks run in the order posted, all of them before stop takes effect") {
  LoopThread thread("test");
  std::vector<int> seen;
  thread.start();
  for (int i = 0; i < 1000; ++i) thread.loop().post([&seen, i] { seen.push_back(i); });
  thread.stop_and_join();
  REQUIRE(seen.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(seen[static_cast<size_t>(i)] == i);
}

TEST_CASE("a task posted by a task runs in a later turn") {
  Loop loop;
  std::string order;
  loop.post([&] {
    order += 'a';
    loop.post([&] { order += 'c'; });
    loop.post([&] { loop.stop(); });
  });
  loop.post([&] { order += 'b'; });
  loop.run();
  CHECK(order == "abc");
}

TEST_CASE("a timer may repeat, and may be destroyed by its own callback") {
  Loop loop;
  int ticks = 0;
  std::unique_ptr<Timer> once;
  once = std::make_unique<Timer>(loop, [&] { once.reset(); });
  once->start(1);
  Timer often(loop, [&] {
    if (++ticks == 3) loop.stop();
  });
  often.start(1, 2);
  CHECK(often.active());
  loop.run();
  CHECK(ticks == 3);
  CHECK(once == nullptr);
}

TEST_CASE("a watched pipe tells when there is something to read; a regular file cannot be watched") {
  Loop loop;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  Fd reader(ends[0]);
  Fd writer(ends[1]);
  std::string got;
  std::unique_ptr<FdWatch> watch;
  watch = std::make_unique<FdWatch>(loop, reader.get(), [&](unsigned ready) {
    CHECK(ready == FdWatch::kReadable);
    char piece[16];
    const auto size = read_some(reader.get(), piece);
    REQUIRE(size.ok());
    got.assign(piece, *size);
    watch.reset();
    loop.stop();
  });
  REQUIRE(watch->want(FdWatch::kReadable).ok());
  REQUIRE(write_all(writer.get(), "hello").ok());
  loop.run();
  CHECK(got == "hello");

  auto file = open_file("/proc/self/exe");
  REQUIRE(file.ok());
  FdWatch regular(loop, file->get(), [](unsigned) {});
  CHECK(regular.want(FdWatch::kReadable).error().what == "watch file descriptor: operation not permitted");
}

TEST_CASE("the end of a turn comes after its tasks") {
  Loop loop;
  std::string order;
  TurnEnd end(loop, [&] { order += '|'; });
  loop.post([&] { order += 'a'; });
  loop.post([&] { order += 'b'; });
  loop.turn();
  loop.turn();
  CHECK(order == "|ab|");
}

TEST_CASE("signals arrive as callbacks") {
  Loop loop;
  int seen = 0;
  SignalWatch watch(loop, {SIGHUP, SIGUSR1}, [&](int signal) {
    seen = signal;
    loop.stop();
  });
  ::raise(SIGHUP);
  loop.run();
  CHECK(seen == SIGHUP);
}

TEST_CASE("call_on waits for the loop, and gives up on one that is busy") {
  LoopThread thread("test");
  thread.start();
  int value = 0;
  CHECK(call_on(thread.loop(), [&] { value = 1; }));
  CHECK(value == 1);

  std::atomic<bool> held{false};
  std::atomic<bool> release{false};
  thread.loop().post([&] {
    held = true;
    while (!release) std::this_thread::yield();
  });
  while (!held) std::this_thread::yield();
  CHECK_FALSE(call_on(thread.loop(), [&] { value = 2; }, 20));
  release = true;
  CHECK(call_on(thread.loop(), [&] { CHECK(call_on(thread.loop(), [&] { value += 10; })); }, 5000));
  CHECK(value == 11);
}

TEST_CASE("a ring and two bells carry everything from thread to thread in order") {
  constexpr uint64_t kItems = 200'000;
  SpscRing<uint64_t> ring(64);
  CHECK(ring.capacity() == 64);
  LoopThread from("from");
  LoopThread to("to");
  uint64_t next = 1;
  uint64_t received = 0;
  bool ordered = true;
  std::unique_ptr<Wake> space;
  Wake arrived(to.loop(), [&] {
    uint64_t item;
    while (ring.pop(item)) ordered = ordered && item == ++received;
    space->send();
  });
  space = std::make_unique<Wake>(from.loop(), [&] {
    while (next <= kItems && ring.push(uint64_t{next})) ++next;
    arrived.send();
  });
  to.start();
  from.start();
  space->send();
  while (true) {
    uint64_t now = 0;
    call_on(to.loop(), [&] { now = received; });
    if (now == kItems) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  from.stop_and_join();
  to.stop_and_join();
  CHECK(ordered);
  CHECK(ring.empty());
}

TEST_CASE("a full ring refuses and keeps the item; what was taken is not kept alive") {
  SpscRing<std::shared_ptr<int>> ring(2);
  auto item = std::make_shared<int>(7);
  std::weak_ptr<int> watch = item;
  CHECK(ring.push(std::shared_ptr<int>(item)));
  CHECK(ring.push(nullptr));
  auto refused = std::make_shared<int>(8);
  CHECK_FALSE(ring.push(std::move(refused)));
  CHECK(refused != nullptr);
  item.reset();
  CHECK(ring.pop(item));
  item.reset();
  CHECK(watch.expired());
}
