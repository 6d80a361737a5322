#include "src/runtime/lane.h"

#include <doctest/doctest.h>

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

}  // namespace invar
