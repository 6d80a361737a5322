#include "src/components/shared/ahead_runs.h"

#include <doctest/doctest.h>

#include "src/io/faulty_disk.h"
#include "tests/component_bench.h"

using namespace invar;

namespace {

using Lines = std::vector<std::string>;

/// A source that writes ahead, in a process that can be killed.
struct Process {
  FaultyDisk& disk;
  bench::Receiver out;
  bench::World world;
  Fanout fanout{0};
  Counter lost;
  int changes = 0;
  std::unique_ptr<AheadRuns> runs;

  Process(const bench::Folder& folder, FaultyDisk& disk, bool hold = false) : disk(disk), world("loki.source.vec", folder.path()) {
    world.delivery().files = &disk;
    out.hold = hold;
    fanout.set_receivers({out.handle});
    runs = std::make_unique<AheadRuns>(world.lanes()[0], world, folder / "ahead", fanout, nullptr, lost, [this] { ++changes; });
  }
  ~Process() {
    runs.reset();
    out.settle_held(Settled::kReturned);
    world.turn(20);
  }
  void put(const Lines& lines, int64_t time_ns) {
    LogBatch batch;
    const Label labels[] = {{"a", "b"}};
    const LabelSet* set = world.lanes()[0].labels().intern(labels);
    for (const std::string& line : lines) batch.rows.push_back({.line = line, .time_ns = time_ns++, .created_ns = 7, .labels = set});
    runs->put(batch);
  }
  bool arrives(size_t count) {
    return world.run_until([&] { return out.entries.size() >= count; });
  }
};

}  // namespace

TEST_CASE("rows go on once they are safe, as they were") {
  const bench::Folder folder;
  FaultyDisk disk;
  Process process(folder, disk);
  process.put({"one", "two"}, 1000);
  CHECK(process.out.entries.empty());
  CHECK_FALSE(process.runs->settled());
  REQUIRE(process.arrives(2));
  CHECK(disk.syncs > 0);
  CHECK(process.out.lines() == Lines{"one", "two"});
  CHECK(process.out.entries[1].time_ns == 1001);
  CHECK(process.out.entries[1].labels == std::map<std::string, std::string>{{"a", "b"}});
  CHECK(process.world.run_until([&] { return process.runs->settled(); }));
  CHECK(process.changes > 0);
}

TEST_CASE("what was not settled when the process was killed goes on with the next one, what was does not") {
  const bench::Folder folder;
  FaultyDisk disk;
  {
    Process process(folder, disk, /*hold=*/true);
    process.put({"one"}, 1000);
    process.put({"two"}, 2000);
    process.put({"three"}, 3000);
    REQUIRE(process.arrives(3));
    process.out.settle_held(Settled::kDelivered, 1);
    process.world.run_for(50);
  }
  {
    Process process(folder, disk);
    REQUIRE(process.arrives(2));
    process.world.run_for(50);
    CHECK(process.out.lines() == Lines{"two", "three"});
    CHECK(process.out.entries[0].time_ns == 2000);
  }
  Process process(folder, disk);
  process.world.run_for(100);
  CHECK(process.out.entries.empty());
}

TEST_CASE("what a destination gives back goes on again, and is not lost") {
  const bench::Folder folder;
  FaultyDisk disk;
  Process process(folder, disk, /*hold=*/true);
  process.put({"one", "two"}, 1000);
  REQUIRE(process.arrives(2));
  process.out.settle_held(Settled::kDelivered, 1);
  process.out.settle_held(Settled::kReturned, 1);
  process.out.hold = false;
  REQUIRE(process.arrives(4));
  CHECK(process.out.lines() == Lines{"one", "two", "one", "two"});
  CHECK(process.lost.value() == 0);
  CHECK(process.world.run_until([&] { return process.runs->settled(); }));
}

TEST_CASE("a disk that refuses holds the source up, and nothing is lost") {
  const bench::Folder folder;
  FaultyDisk disk;
  Process process(folder, disk);
  disk.space_left = 0;
  process.put({"one"}, 1000);
  CHECK(process.world.run_until([&] { return process.runs->full(); }));
  process.put({"two"}, 2000);  // what had been read
  process.world.run_for(300);
  CHECK(process.out.entries.empty());
  CHECK(process.world.logged.size() == 1);
  CHECK(process.world.logged.at(0).find("level=warn msg=\"lines cannot be written ahead: no more are read until they can\"") != std::string::npos);
  disk.space_left = UINT64_MAX;
  REQUIRE(process.arrives(2));
  CHECK(process.out.lines() == Lines{"one", "two"});
  CHECK_FALSE(process.runs->full());
  CHECK(process.world.logged.size() == 2);
}

TEST_CASE("receivers that pause hold nothing up but what is on disk; a stop leaves the rest there") {
  const bench::Folder folder;
  FaultyDisk disk;
  {
    Process process(folder, disk);
    process.out.pause = true;
    process.put({"one"}, 1000);
    REQUIRE(process.arrives(1));
    for (int i = 0; i < 5; ++i) process.put({"later"}, 2000 + i);
    process.world.run_for(50);
    CHECK(process.out.entries.size() == 1);
    CHECK_FALSE(process.runs->full());
    process.runs->stop();
    process.out.resume();
    process.world.run_for(50);
    CHECK(process.out.entries.size() == 1);
    CHECK(process.runs->settled());
  }
  Process process(folder, disk);
  REQUIRE(process.arrives(5));
  CHECK(process.out.entries.back().time_ns == 2004);
}

TEST_CASE("rows as bytes, and bytes that are no rows") {
  AheadRows rows{.created_ns = 5, .sets = {{}, {{"a", "b"}, {"c", ""}}}, .rows = {{1, 1700000000000000000, "line"}, {0, INT64_MIN, ""}, {1, INT64_MAX, "\n\xff"}}};
  const std::string bytes = write_ahead_rows(rows);
  AheadRows again;
  REQUIRE(read_ahead_rows(bytes, again));
  CHECK(again.created_ns == 5);
  CHECK(again.rows == rows.rows);
  REQUIRE(again.sets.size() == 2);
  CHECK(again.sets[1].size() == 2);
  CHECK(again.sets[1][0].value == "b");
  for (size_t cut = 0; cut < bytes.size(); ++cut) CHECK_FALSE(read_ahead_rows(bytes.substr(0, cut), again));
  CHECK_FALSE(read_ahead_rows(bytes + "x", again));
}
