#include <doctest/doctest.h>

#include "src/components/loki/process/test_lane.h"

namespace invar::loki_process {
namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the source line is delivered with the last element") {
  TestLane lane("stage.split_json { }");
  lane.send_lines({"before", "[1, {\"a\": [2]} ,\"x\"]", "after"});
  CHECK(lane.lines() == Lines{"before", "1", "{\"a\": [2]}", "\"x\"", "after"});
  CHECK(lane.ledger().delivered == 3);
  CHECK(lane.ledger().in_flight == 0);
  CHECK(lane.settled().size() == 1);
}

TEST_CASE("an empty array is a dropped line, without a series of its own") {
  TestLane lane("stage.split_json { }");
  lane.send_lines({"[]", "[ ]x"});
  CHECK(lane.lines() == Lines{"[ ]x"});
  CHECK(lane.ledger().dropped == 1);
  CHECK(lane.metrics().find("dropped_lines") == std::string::npos);
}

TEST_CASE("elements go on with extracted values of their own") {
  TestLane lane(R"~(
    stage.regex { expression = "(?P<first>\\w)" }
    stage.split_json { }
    stage.regex { expression = "^(?P<first>x)" }
    stage.labels { values = { first = "" } })~");
  lane.send_lines({"[1,x]", "[[1],[2]]"});
  REQUIRE(lane.out().size() == 3);
  CHECK(lane.out()[0].line == "[1,x]");
  CHECK(lane.out()[1].labels == R"~({app="x", first="1"})~");
  CHECK(lane.out()[2].labels == R"~({app="x", first="1"})~");
}

TEST_CASE("more elements than a batch takes are sent in parts") {
  TestLane lane("stage.split_json { }");
  std::string line = "[0";
  for (int i = 1; i < 1500; ++i) line += "," + std::to_string(i);
  lane.send_lines({line + "]", "end"});
  REQUIRE(lane.out().size() == 1501);
  CHECK(lane.out()[1499].line == "1499");
  CHECK(lane.out()[1500].line == "end");
  CHECK(lane.ledger().in_flight == 0);
}

}  // namespace invar::loki_process
