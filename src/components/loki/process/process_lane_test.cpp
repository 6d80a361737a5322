#include <doctest/doctest.h>

#include <random>

#include "src/components/loki/process/random_stages.h"
#include "src/components/loki/process/test_lane.h"

namespace invar::loki_process {
namespace {

using Lines = std::vector<std::string>;
constexpr int64_t kSecond = 1'000'000'000;

}  // namespace

TEST_CASE("rows keep their order across both branches of a match") {
  TestLane lane(R"~(
    stage.match {
      selector = "{app=\"x\"} |= \"b\""
      stage.static_labels { values = { in = "branch" } }
    })~");
  lane.send_lines({"a1", "b1", "a2", "b2", "a3"});
  CHECK(lane.lines() == Lines{"a1", "b1", "a2", "b2", "a3"});
  CHECK(lane.out()[1].labels == R"~({app="x", in="branch"})~");
  CHECK(lane.out()[2].labels == R"~({app="x"})~");
}

TEST_CASE("what a nested multiline lets go goes on behind it, inside and outside of the match") {
  TestLane lane(R"~(
    stage.match {
      selector = "{app=\"x\"}"
      stage.multiline { firstline = "^>" }
      stage.static_labels { values = { inner = "1" } }
    }
    stage.static_labels { values = { outer = "1" } })~");
  lane.send({{">1"}, {"other", {{"app", "y"}}}, {"2"}, {">3"}});
  CHECK(lane.lines() == Lines{"other", ">1\n2"});
  CHECK(lane.out()[1].labels == R"~({app="x", inner="1", outer="1"})~");
  lane.wait(3 * kSecond);
  CHECK(lane.lines() == Lines{"other", ">1\n2", ">3"});
  CHECK(lane.out()[2].labels == R"~({app="x", inner="1", outer="1"})~");
  CHECK(lane.ledger().in_flight == 0);
}

TEST_CASE("a joined row keeps the oldest run, so that the source holds back all later ones") {
  TestLane lane(R"~(stage.multiline { firstline = "^>" })~");
  lane.send_lines({">1"});
  lane.send_lines({"2", "3"});
  CHECK(lane.settled() == std::vector<uint64_t>{1});
  CHECK(lane.ledger().in_flight == 3);
  lane.process().flush();
  CHECK(lane.settled() == std::vector<uint64_t>{1, 0});
  CHECK(lane.lines() == Lines{">1\n2\n3"});
  CHECK(lane.ledger().delivered == 3);
}

TEST_CASE("partial lines are joined across batches and let go at the end") {
  TestLane lane("stage.cri { }");
  lane.send_lines({"2026-01-01T00:00:00.5Z stdout P one "});
  lane.send_lines({"2026-01-01T00:00:01.5Z stdout F two", "2026-01-01T00:00:02Z stderr P open"});
  CHECK(lane.lines() == Lines{"one two"});
  CHECK(lane.out()[0].time_ns == 1767225601'500'000'000);
  lane.process().flush();
  CHECK(lane.lines() == Lines{"one two", "open"});
  CHECK(lane.ledger().in_flight == 0);
}

TEST_CASE("an equal stage keeps what it holds when the pipeline changes; others let go through the old one first") {
  const std::string multiline = "stage.multiline { firstline = \"^>\" }\n";
  TestLane lane(multiline + R"~(stage.static_labels { values = { plan = "old" } })~");
  lane.send_lines({">1"});
  TestLane::Collector other;
  auto to_other = std::make_shared<LogsReceiver>("other");
  to_other->bind(0, &other);
  SUBCASE("equal") {
    lane.process().adopt(TestLane::plan(multiline + R"~(stage.static_labels { values = { plan = "new" } })~"), {to_other});
    CHECK(lane.out().empty());
    lane.send_lines({"2"});
    lane.process().flush();
    REQUIRE(other.out.size() == 1);
    CHECK(other.out[0].line == ">1\n2");
    CHECK(other.out[0].labels == R"~({app="x", plan="new"})~");
  }
  SUBCASE("changed") {
    lane.process().adopt(TestLane::plan(R"~(stage.multiline { firstline = "^#" })~"), {to_other});
    REQUIRE(lane.out().size() == 1);
    CHECK(lane.out()[0].labels == R"~({app="x", plan="old"})~");
  }
  SUBCASE("only the destination") {
    lane.process().adopt(TestLane::plan(multiline + R"~(stage.static_labels { values = { plan = "old" } })~"), {to_other});
    lane.wait(10 * kSecond);
    CHECK(lane.out().empty());
    CHECK(other.out.size() == 1);
  }
}

TEST_CASE("what is held when the component goes without a flush is given back") {
  TestLane lane(R"~(
    stage.cri { }
    stage.multiline { firstline = "^>" })~");
  lane.send_lines({"2026-01-01T00:00:00Z stdout F >1", "2026-01-01T00:00:00Z stdout F 2", "2026-01-01T00:00:00Z stderr P open"});
  CHECK(lane.ledger().in_flight == 3);
  lane.end();
  CHECK(lane.ledger().returned == 3);
  CHECK(lane.ledger().in_flight == 0);
  CHECK(lane.settled().size() == 1);
}

TEST_CASE("held values go by name when slots move") {
  const std::string regex = R"~(
    stage.regex { expression = "^>(?P<zeta>\\w+)" }
    stage.multiline { firstline = "^>" }
  )~";
  TestLane lane(regex + R"~(stage.labels { values = { zeta = "" } })~");
  lane.send_lines({">abc"});
  lane.process().adopt(TestLane::plan(regex + R"~(
    stage.labels { values = { alpha = "", zeta = "" } }
    stage.regex { expression = "(?P<alpha>b)" }
    stage.labels { values = { alpha = "" } })~"),
                       {});
  TestLane::Collector other;
  auto to_other = std::make_shared<LogsReceiver>("other");
  to_other->bind(0, &other);
  lane.process().adopt(TestLane::plan(regex + R"~(
    stage.labels { values = { alpha = "", zeta = "" } }
    stage.regex { expression = "(?P<alpha>b)" }
    stage.labels { values = { alpha = "" } })~"),
                       {to_other});
  lane.process().flush();
  REQUIRE(other.out.size() == 1);
  CHECK(other.out[0].labels == R"~({alpha="b", app="x", zeta="abc"})~");
}

TEST_CASE("dropped rows are settled and counted") {
  TestLane lane(R"~(
    stage.drop { expression = "no" }
    stage.drop {
      expression = "never"
      drop_counter_reason = "why"
    })~");
  lane.send_lines({"yes", "no", "never", "no"});
  CHECK(lane.lines() == Lines{"yes"});
  CHECK(lane.ledger().dropped == 3);
  CHECK(lane.metrics().find(R"~(loki_process_dropped_lines_total{reason="drop_stage"} 2)~") != std::string::npos);
  CHECK(lane.metrics().find(R"~(loki_process_dropped_lines_total{reason="why"} 1)~") != std::string::npos);
}

TEST_CASE("a nested pipeline sees the labels of its time, and still those taken away before") {
  TestLane lane(R"~(
    stage.static_labels { values = { late = "1" } }
    stage.labels { values = { early = "late" } }
    stage.label_drop { values = ["app"] }
    stage.match {
      selector = "{late=\"1\"}"
      stage.labels { values = { copied = "late", gone = "app" } }
    })~");
  lane.send_lines({"a"});
  CHECK(lane.out()[0].labels == R"~({copied="1", gone="x", late="1"})~");
}

namespace {

class Watching final : public PipelineObserver {
 public:
  void after_step(const PipelinePlan&, size_t, Work& work) override { rows += work.rows().size(); }
  size_t rows = 0;
};

std::string random_line(std::mt19937& random) {
  constexpr const char* kLines[] = {"one two",  "one 22",      "2 b",      "2026-01-01T00:00:00.1Z stdout F one two", "2026-01-01T00:00:00.2Z stdout P par ",
                                    "2026-01-01T00:00:00.3Z stderr F on two", "{\"a\":\"o k\",\"x\":{\"y\":1.5},\"n\":null}", "{\"b\":true}", "", "  tail", "a=1 k=\"x\\ty\" b", "[18, \"one b\",{\"a\":\"18\"}]", "2026-01-01T00:00:00.4Z stdout F a: 18\r\nb b: x"};
  return kLines[random() % std::size(kLines)];
}

}  // namespace

TEST_CASE("the fast and the full program give the same answers, batch sizes do not matter") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const std::string stages = random_stages(random);
    CAPTURE(stages);
    TestLane fast(stages), full(stages), single(stages);
    Watching watching;
    full.process().observe(&watching);
    for (int batch = 0; batch < 4; ++batch) {
      std::vector<TestLane::In> entries;
      for (size_t i = 0, count = 1 + random() % 12; i < count; ++i)
        entries.push_back({random_line(random), {{"app", random() % 3 ? "x" : "y"}}, static_cast<int64_t>(random() % 5)});
      fast.send(entries);
      full.send(entries);
      for (const auto& entry : entries) single.send({entry});
      const int64_t wait = random() % 2 ? 0 : 5 * kSecond;
      for (TestLane* lane : {&fast, &full, &single}) lane->wait(wait);
    }
    for (TestLane* lane : {&fast, &full, &single}) lane->process().flush();
    REQUIRE(fast.out() == full.out());
    REQUIRE(fast.out() == single.out());
    for (TestLane* lane : {&fast, &full, &single}) REQUIRE(lane->ledger().in_flight == 0);
  }
}

}  // namespace invar::loki_process
