#include "src/components/loki/shared/position_saver.h"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

#include "src/io/file.h"
#include "src/io/scratch_directory.h"

namespace invar {
namespace {

struct Mark final : CommitMark {
  int refusals = 0;
  int made = 0;
  bool make() override { return refusals-- <= 0 && ++made > 0; }
};

/// What a component is to its saver: a number that is noted, and a file that holds it.
struct Numbers {
  ScratchDirectory scratch;
  Loop loop;
  std::string directory = scratch.path() + "/a/b";
  int noted = 0, writes = 0;
  std::vector<std::string> reports;
  PositionSaver saver{loop, directory,
                      [this](const auto& make_marks) {
                        ++writes;
                        return replace_file(directory + "/number", std::to_string(noted), 0600, make_marks);
                      },
                      [this](const std::optional<Error>& problem) { reports.push_back(problem ? problem->what : "over"); }};

  void put(int number, CommitMarks marks = {}) {
    saver.put(std::move(marks), [this, number] { noted = number; });
  }
  std::string on_disk() const {
    const auto text = read_file(directory + "/number");
    return text ? *text : text.error().reason;
  }
  /// Until the disk is tried again, and no longer.
  void wait_for_retry() {
    const auto begun = std::chrono::steady_clock::now();
    Timer pause(loop, [this] { loop.stop(); });
    pause.start(PositionSaver::kRetryMs + 50);
    loop.run();
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(PositionSaver::kRetryMs));
  }
};

TEST_CASE("each change is on disk once its turn is over, in a directory that is made for it") {
  Numbers numbers;
  numbers.put(1);
  CHECK(numbers.on_disk() == "not_found");
  numbers.loop.turn();
  CHECK(numbers.on_disk() == "1");
  CHECK(stat_path(numbers.directory)->mode % 01000 == 0750);
  numbers.put(2);
  numbers.put(3);
  std::string at_flush;
  numbers.saver.flush([&] { at_flush = numbers.on_disk(); });
  numbers.loop.turn();
  CHECK(at_flush == "3");
  CHECK(numbers.writes == 3);  // not once more for the flush
  CHECK(numbers.reports.empty());
}

TEST_CASE("nothing is on disk before the queues that hold its lines are marked, nor what came behind it") {
  Numbers numbers;
  const auto mark = std::make_shared<Mark>();
  mark->refusals = 1;
  numbers.put(1, {mark});
  numbers.loop.turn();
  CHECK(numbers.on_disk() == "not_found");
  CHECK(numbers.reports == std::vector<std::string>{"a queue on disk cannot be marked"});
  mark->refusals = 1;
  numbers.put(2);
  numbers.loop.turn();
  CHECK(numbers.on_disk() == "not_found");
  numbers.wait_for_retry();
  CHECK(mark->made == 1);
  CHECK(numbers.on_disk() == "2");
  CHECK(numbers.reports.back() == "over");
}

TEST_CASE("a disk that refuses is told each time, tried again, and told when it is over") {
  Numbers numbers;
  REQUIRE(replace_file(numbers.scratch.path() + "/a", "a file where a directory belongs"));
  numbers.put(1);
  numbers.loop.turn();
  CHECK(numbers.noted == 1);
  CHECK(numbers.writes == 0);
  REQUIRE(numbers.reports.size() == 1);
  numbers.wait_for_retry();
  REQUIRE(numbers.reports.size() == 2);
  CHECK(numbers.reports[1] != "over");
  REQUIRE(remove_file(numbers.scratch.path() + "/a"));
  numbers.wait_for_retry();
  CHECK(numbers.on_disk() == "1");
  CHECK(numbers.reports.size() == 3);
  CHECK(numbers.reports.back() == "over");
}

TEST_CASE("a flush tries a disk that refused at once, and is done whatever it says") {
  Numbers numbers;
  REQUIRE(replace_file(numbers.scratch.path() + "/a", "a file where a directory belongs"));
  numbers.put(1);
  int done = 0;
  numbers.saver.flush([&] { ++done; });
  numbers.loop.turn();
  CHECK(done == 1);
  CHECK(numbers.reports.size() == 2);
  REQUIRE(remove_file(numbers.scratch.path() + "/a"));
  numbers.saver.flush([&] { ++done; });
  numbers.loop.turn();
  CHECK(done == 2);
  CHECK(numbers.on_disk() == "1");
  CHECK(numbers.reports.back() == "over");
}

TEST_CASE("a store ends on its loop, behind what was posted before") {
  struct Store {
    explicit Store(std::vector<std::string>& events) : events(events) {}
    ~Store() { events.push_back("ended"); }
    std::vector<std::string>& events;
  };
  Loop loop;
  std::vector<std::string> events;
  auto store = ends_on(loop, new Store(events));
  loop.post([&] { events.push_back("posted"); });
  store.reset();
  CHECK(events.empty());
  loop.turn();
  CHECK(events == std::vector<std::string>{"posted", "ended"});
}

}  // namespace
}  // namespace invar
