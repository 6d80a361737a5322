#include "src/components/loki/source/docker/log_position.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "src/components/loki/source/docker/position_store.h"

namespace invar::loki_source_docker {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

/// Lines that the engine tells when asked from a second on.
std::vector<int> told(const std::vector<int64_t>& times, int64_t since) {
  std::vector<int> lines;
  for (size_t i = 0; i < times.size(); ++i)
    if (times[i] >= since * kSecond) lines.push_back(static_cast<int>(i));
  return lines;
}

TEST_CASE("a position is text, and back") {
  const LogPosition position{1700000000, 12, 1700000001000000005};
  CHECK(position.text() == "1700000000 12 1700000001000000005");
  CHECK(LogPosition::parse(position.text()) == position);
  CHECK(position.seconds() == 1700000001);
  for (const char* bad : {"", "1", "1 2", "1 2 ", "1 2 3 ", "1 -2 3", "a b c", "1  2 3", "99999999999999999999 1 1"}) CHECK_FALSE(LogPosition::parse(bad));
}

TEST_CASE("wherever reading stops, it goes on with the next line, also when lines are not in the order of their times") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<int64_t> times;
    int64_t now = 1000 * kSecond;
    for (int i = 0; i < 60; ++i) {
      if (random() % 4 > 0) now += static_cast<int64_t>(random() % (kSecond / 2));
      times.push_back(now - static_cast<int64_t>(random() % 3 == 0 ? random() % (kSecond / 2) : 0));
    }
    std::vector<int> read;
    LogPosition position;
    for (size_t stop = 0; read.size() < times.size();) {
      PositionTracker tracker(position);
      stop = read.size() + 1 + random() % 9;
      for (const int line : told(times, position.since)) {
        if (!tracker.next(times[static_cast<size_t>(line)])) continue;
        read.push_back(line);
        if (read.size() == stop) break;
      }
      position = tracker.position(std::nullopt);
    }
    for (size_t i = 0; i < read.size(); ++i) REQUIRE(read[i] == static_cast<int>(i));
    CHECK(read.size() == times.size());
  }
}

TEST_CASE("where the engine has forgotten lines, newer ones are not left out") {
  PositionTracker first{LogPosition()};
  for (int i = 0; i < 5; ++i) first.next(1000 * kSecond + i);
  const LogPosition position = first.position(std::nullopt);
  CHECK(position == LogPosition{999, 5, 1000 * kSecond + 4});
  PositionTracker second(position);
  CHECK_FALSE(second.next(1000 * kSecond + 4));  // the first four are gone
  CHECK(second.next(1000 * kSecond + 5));
  CHECK(second.next(1000 * kSecond + 6));
}

TEST_CASE("a clock that goes back loses nothing") {
  const std::vector<int64_t> times{1000, 1001, 1002, 900, 901, 902, 903, 1001, 1003, 1004};
  for (size_t stop = 1; stop < times.size(); ++stop) {
    CAPTURE(stop);
    PositionTracker first{LogPosition()};
    LogPosition position;
    for (size_t i = 0; i < stop; ++i) {
      CHECK(first.next(times[i] * kSecond));
      if (i % 2 == 0) position = first.position(std::nullopt);
    }
    position = first.position(std::nullopt);
    PositionTracker second(position);
    size_t read_again = 0;
    for (size_t i = 0; i < times.size(); ++i) {
      const bool told = times[i] >= position.since, read = told && second.next(times[i] * kSecond);
      // A step that nobody was there to see: the engine does not tell what lies in front of `since`.
      if (i >= stop && (told || stop > 3)) CHECK(read);
      if (i < stop) read_again += read;
    }
    if (stop <= 3) CHECK(read_again == 0);
  }
}

TEST_CASE("a line that is not whole is told again from its beginning") {
  PositionTracker tracker{LogPosition()};
  for (int i = 0; i < 5; ++i) tracker.next((1000 + i) * kSecond);
  CHECK(tracker.position(1001 * kSecond + 5).since == 1001);
  CHECK(tracker.position(std::nullopt).since == 1003);
}

TEST_CASE("an engine that tells more than it was asked for") {
  PositionTracker tracker(LogPosition{1000, 1, 1000 * kSecond + 5});
  CHECK_FALSE(tracker.next(990 * kSecond));
  CHECK_FALSE(tracker.next(1000 * kSecond + 5));
  CHECK(tracker.next(1000 * kSecond + 5));
}

TEST_CASE("of both files: ours unless Alloy's is later; the latest of several with other labels") {
  std::vector<std::string> notes;
  const auto positions = read_positions({{{"cursor-a", "{}"}, "1000"}, {{"cursor-a", "{b=\"c\"}"}, "1005"}, {{"cursor-b", "{}"}, "2000"}, {{"cursor-c", "{}"}, "x"}, {{"/a/file", "{}"}, "7"}},
                                        {{{"cursor-a", "{}"}, "1003 2 1004000000000"}, {{"cursor-b", "{}"}, "1999 3 2000000000001"}, {{"cursor-d", "{}"}, "5 1 6000000000"}}, notes);
  REQUIRE(positions.size() == 3);
  CHECK(positions.at("a") == LogPosition::from_seconds(1005));
  CHECK(positions.at("b") == LogPosition{1999, 3, 2000000000001});
  CHECK(positions.at("d") == LogPosition{5, 1, 6000000000});
  CHECK(notes == std::vector<std::string>{"a position that makes no sense is left out: \"x\" of cursor-c"});
}

}  // namespace
}  // namespace invar::loki_source_docker
