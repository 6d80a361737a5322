#include <doctest/doctest.h>

#include "src/components/loki/process/test_lane.h"
#include "src/components/loki/process/token_bucket.h"

namespace invar::loki_process {
namespace {

using Lines = std::vector<std::string>;
constexpr int64_t kMillisecond = 1'000'000;
constexpr const char* kTenASecond = R"~(
    stage.limit {
      rate  = 10
      burst = 2
    })~";

}  // namespace

TEST_CASE("a bucket gives its burst at once, then the rate") {
  TokenBucket bucket(10, 2);
  CHECK(bucket.allow(0));
  CHECK(bucket.allow(0));
  CHECK_FALSE(bucket.allow(99 * kMillisecond));
  CHECK(bucket.allow(100 * kMillisecond));
  CHECK_FALSE(bucket.allow(100 * kMillisecond));
  for (int i = 0; i < 2; ++i) CHECK(bucket.allow(10'000 * kMillisecond));
  CHECK_FALSE(bucket.allow(10'000 * kMillisecond));
}

TEST_CASE("a bucket hands out tokens of the future, one interval after the other") {
  TokenBucket bucket(10, 1);
  CHECK(bucket.reserve(0) == 0);
  CHECK(bucket.reserve(0) == 100 * kMillisecond);
  CHECK(bucket.reserve(0) == 200 * kMillisecond);
  CHECK(bucket.reserve(150 * kMillisecond) == 300 * kMillisecond);
  CHECK(bucket.reserve(1000 * kMillisecond) == 1000 * kMillisecond);
}

TEST_CASE("lines beyond the rate are held in order, and the source waits until all are through") {
  TestLane lane(kTenASecond);
  lane.send_lines({"a", "b", "c", "d"});
  CHECK(lane.lines() == Lines{"a", "b"});
  CHECK(lane.paused());
  CHECK(lane.ledger().in_flight == 2);
  lane.wait(100 * kMillisecond);
  CHECK(lane.lines() == Lines{"a", "b", "c"});
  CHECK(lane.paused());
  lane.wait(100 * kMillisecond);
  CHECK(lane.lines() == Lines{"a", "b", "c", "d"});
  CHECK_FALSE(lane.paused());
  CHECK(lane.ledger().in_flight == 0);
  CHECK(lane.ledger().delivered == 4);
}

TEST_CASE("held lines are sent when the pipeline stops, and given back when it goes without") {
  TestLane lane(kTenASecond);
  lane.send_lines({"a", "b", "c"});
  SUBCASE("flush") {
    lane.process().flush();
    CHECK(lane.lines() == Lines{"a", "b", "c"});
  }
  SUBCASE("end") {
    lane.end();
    CHECK(lane.ledger().returned == 1);
  }
  CHECK(lane.ledger().in_flight == 0);
}

TEST_CASE("an equal limit keeps what it holds and what it has given out") {
  TestLane lane(kTenASecond);
  lane.send_lines({"a", "b", "c"});
  TestLane::Collector other;
  auto to_other = std::make_shared<LogsReceiver>("other");
  to_other->bind(0, &other);
  lane.process().adopt(TestLane::plan(std::string(kTenASecond) + R"~(
    stage.static_labels { values = { plan = "new" } })~"),
                       {to_other});
  CHECK(other.out.empty());
  lane.send_lines({"d"});
  CHECK(other.out.empty());
  lane.wait(200 * kMillisecond);
  REQUIRE(other.out.size() == 2);
  CHECK(other.out[0].line == "c");
  CHECK(other.out[1].labels == R"~({app="x", plan="new"})~");
  CHECK_FALSE(lane.paused());
}

TEST_CASE("a limit that goes lets what it held through and the source go on") {
  TestLane lane(kTenASecond);
  lane.send_lines({"a", "b", "c"});
  CHECK(lane.paused());
  lane.process().adopt(TestLane::plan(""), {});
  CHECK(lane.lines() == Lines{"a", "b", "c"});
  CHECK_FALSE(lane.paused());
}

TEST_CASE("two lanes of one plan hold the rate together") {
  const PipelinePlanPtr plan = TestLane::plan(R"~(
    stage.limit {
      rate  = 1
      burst = 3
      drop  = true
    })~");
  TestLane first(""), second("");
  first.process().adopt(plan, {});
  second.process().adopt(plan, {});
  first.send_lines({"a", "b"});
  second.send_lines({"c", "d"});
  CHECK(first.metrics().find("ratelimit_drop_stage") == std::string::npos);
  CHECK(second.metrics().find(R"~(loki_process_dropped_lines_total{reason="ratelimit_drop_stage"} 1)~") != std::string::npos);
}

TEST_CASE("counters by label begin anew when too many values came by") {
  TestLane lane(R"~(
    stage.limit {
      rate          = 0.001
      burst         = 1
      drop          = true
      by_label_name = "pod"
    })~");
  lane.send({{"a", {{"pod", "p"}}}, {"b", {{"pod", "p"}}}, {"c", {{"pod", "p"}}}});
  const std::string series = R"~(loki_process_dropped_lines_by_label_total{label_name="pod",label_value="p"} )~";
  CHECK(lane.metrics().find(series + "2") != std::string::npos);
  std::vector<TestLane::In> others;
  for (int i = 1; i < 10'000; ++i) {
    others.push_back({"x", {{"pod", "other" + std::to_string(i)}}});
    if (others.size() == 500) lane.send(std::exchange(others, {}));
  }
  lane.send(others);
  CHECK(lane.metrics().find(series) == std::string::npos);
  lane.send({{"d", {{"pod", "p"}}}});
  CHECK(lane.metrics().find(series + "1") != std::string::npos);
  CHECK(lane.ledger().dropped == 3);
}

}  // namespace invar::loki_process
