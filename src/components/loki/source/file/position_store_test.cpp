#include "src/components/loki/source/file/position_store.h"

#include <doctest/doctest.h>

#include <thread>

#include "src/io/scratch_directory.h"

namespace invar::loki_source_file {
namespace {

struct Mark final : CommitMark {
  bool refuses = false;
  int made = 0;
  bool make() override { return !refuses && ++made > 0; }
};

TEST_CASE("a position is noted once the queues that hold its lines are marked, and in order") {
  ScratchDirectory scratch;
  Loop loop;
  std::vector<std::string> reports;
  auto store = *PositionStore::open(loop, {.directory = scratch.path(), .legacy_file = {}, .sync_every_ms = 1}, [&](const std::optional<Error>& problem) {
    reports.push_back(problem ? problem->what : "over");
  });
  const auto noted = [&] {
    const auto journal = read_file(scratch.path() + "/" + std::string(PositionStore::kJournalName));
    const auto positions = read_journal(journal ? *journal : "").positions;
    return positions.contains(7) ? positions.at(7).offset : UINT64_MAX;
  };
  const auto turn = [&] {
    for (int i = 0; i < 3; ++i) loop.turn();
  };
  store->begin();
  Position position;
  position.id = 7;
  position.path = SharedText("/a.log");
  PositionChanges first;
  first.defined.push_back({position, true});
  store->apply(std::move(first));
  turn();
  CHECK(noted() == 0);

  const auto mark = std::make_shared<Mark>();
  mark->refuses = true;
  PositionChanges held, behind;
  held.moved.emplace_back(7, 100);
  held.marks.push_back(mark);
  behind.moved.emplace_back(7, 200);
  store->apply(std::move(held));
  turn();
  CHECK(noted() == 0);
  REQUIRE(!reports.empty());
  CHECK(reports.front() == "a queue on disk cannot be marked");
  store->apply(std::move(behind));
  mark->refuses = false;
  const auto turn_until = [&](auto done) {
    for (int i = 0; i < 2000 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1)), loop.turn();
    CHECK(done());
  };
  turn_until([&] { return noted() == 200; });
  CHECK(mark->made == 1);
  turn_until([&] { return reports.back() == "over"; });
  store.reset();
  turn();
}

}  // namespace
}  // namespace invar::loki_source_file
