#include "src/runtime/lane.h"

#include <doctest/doctest.h>

#include <thread>

namespace invar {

TEST_CASE("read times strictly increase, within a reading of the clock and while it is slewed") {
  FakeClock clock(5'000'000'000);
  Lane lane(0, clock);
  CHECK(lane.read_times(3) == 5'000'000'000);
  CHECK(lane.read_times(1) == 5'000'000'003);
  clock.set_wall(4'900'000'000);
  CHECK(lane.read_times(2) == 5'000'000'004);
  CHECK(lane.read_times(0) == 5'000'000'006);
  clock.set_wall(5'100'000'000);
  CHECK(lane.read_times(1) == 5'100'000'000);
}

TEST_CASE("read times follow a clock that jumps, forth and back") {
  FakeClock clock;
  Lane lane(0, clock);
  const int64_t before = clock.wall_ns(), later = before + 86'400'000'000'000;
  CHECK(lane.read_times(1) == before);
  clock.set_wall(later);
  CHECK(lane.read_times(1) == later);
  clock.set_wall(before + 10);
  CHECK(lane.read_times(2) == before + 10);
  CHECK(lane.read_times(1) == before + 12);
}

TEST_CASE("what other threads send to a half waits until the transaction that makes it is whole, and keeps its order") {
  struct Half {
    std::vector<int> seen;
  };
  FakeClock clock;
  Lanes lanes(1, clock);
  LaneHalves<Half> halves;
  std::vector<int> seen;
  const auto note = [](int what) { return [what](Half& half) { half.seen.push_back(what); }; };
  const auto elsewhere = [](const std::function<void()>& act) { std::thread(act).join(); };
  lanes.transaction([&] {
    halves = LaneHalves<Half>(lanes, [](Lane&) { return std::make_unique<Half>(); });
    elsewhere([&, way = halves.remote(0)] {
      way(note(2));
      call_on(lanes[0].loop(), [] {});  // it has arrived
      way(note(3));
    });
    halves.on(0, note(1));
  });
  elsewhere([&, way = halves.remote(0)] { way(note(4)); });
  lanes.barrier();
  halves.on(0, [&seen](Half& half) { seen = half.seen; });
  lanes.barrier();
  CHECK(seen == std::vector{1, 2, 3, 4});

  const auto late = halves.remote(0);
  halves.clear();
  elsewhere([&] { late([&seen](Half&) { seen.clear(); }); });
  lanes.barrier();
  CHECK(seen.size() == 4);
}

TEST_CASE("a half that goes in the transaction that makes it gets nothing") {
  FakeClock clock;
  Lanes lanes(1, clock);
  int seen = 0;
  lanes.transaction([&] {
    LaneHalves<int> halves(lanes, [](Lane&) { return std::make_unique<int>(1); });
    std::thread([&, way = halves.remote(0)] { way([&seen](int& half) { seen += half; }); }).join();
  });
  lanes.barrier();
  lanes.barrier();
  CHECK(seen == 0);
}

}  // namespace invar
