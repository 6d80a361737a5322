#include <doctest/doctest.h>

#include "src/components/loki/process/test_lane.h"

namespace invar::loki_process {
namespace {

constexpr const char* kLines = "stage.metrics {\nmetric.counter {\nname = \"lines\"\nmatch_all = true\naction = \"inc\"\nmax_idle_duration = \"10s\"\n}\n}";

TestLane::In line_of(std::vector<std::pair<std::string, std::string>> labels, std::string line = "a") {
  return {std::move(line), std::move(labels), 1};
}

TEST_CASE("series are told apart by the labels they show") {
  TestLane lane(kLines);
  lane.send({line_of({{"__a", "1"}, {"app", "x"}}), line_of({{"__a", "2"}, {"app", "x"}}), line_of({{"a.b", "y"}})});
  CHECK(lane.metrics() ==
        "# HELP loki_process_custom_lines \n# TYPE loki_process_custom_lines counter\n"
        "loki_process_custom_lines{app=\"x\"} 2\nloki_process_custom_lines{\"a.b\"=\"y\"} 1\n");
}

TEST_CASE("an idle series is shown once more, and begins anew") {
  TestLane lane(kLines);
  const auto value = [&] {
    const std::string text = lane.metrics();
    const size_t at = text.find("} ");
    return at == std::string::npos ? std::string() : text.substr(at + 2);
  };
  lane.send({line_of({{"app", "x"}}), line_of({{"app", "x"}})});
  lane.clock().advance(9'000'000'000);
  CHECK(value() == "2\n");
  lane.clock().advance(1'000'000'000);
  CHECK(value() == "2\n");
  CHECK(value().empty());
  lane.send({line_of({{"app", "x"}})});
  CHECK(value() == "1\n");
}

TEST_CASE("series live as long as their block stays as it is") {
  TestLane lane(kLines);
  lane.send({line_of({{"app", "x"}})});
  lane.process().adopt(TestLane::plan(std::string(kLines) + "\nstage.drop { expression = \"nope\" }"), {});
  lane.send({line_of({{"app", "x"}})});
  CHECK(lane.metrics().ends_with("{app=\"x\"} 2\n"));
  lane.process().adopt(TestLane::plan("stage.metrics {\nmetric.counter {\nname = \"lines\"\nmatch_all = true\naction = \"inc\"\n}\n}"), {});
  CHECK(lane.metrics().empty());
  lane.send({line_of({{"app", "x"}})});
  CHECK(lane.metrics().ends_with("{app=\"x\"} 1\n"));
}

TEST_CASE("one name in two blocks is one counter") {
  TestLane lane(std::string(kLines) + "\n" + kLines);
  lane.send({line_of({{"app", "x"}})});
  CHECK(lane.metrics().ends_with("{app=\"x\"} 2\n"));
}

TEST_CASE("values") {
  const auto shown = [](const std::string& metric, std::vector<std::string> lines) {
    TestLane lane("stage.regex { expression = \"^(?P<v>.*)$\" }\nstage.metrics {\n" + metric + "\n}");
    std::vector<TestLane::In> entries;
    for (std::string& line : lines) entries.push_back(line_of({{"le", "x"}}, std::move(line)));
    lane.send(entries);
    const std::string text = lane.metrics();
    const size_t at = text.rfind("\nloki_process_custom_v");
    return at == std::string::npos ? std::string() : text.substr(text.find("} ", at) + 2);
  };
  const auto counter = [&](std::vector<std::string> lines) {
    return shown("metric.counter {\nname = \"v\"\naction = \"add\"\n}", std::move(lines));
  };
  CHECK(counter({"1", "2.5", "1m30s", "bad", "0x1p4"}) == "109.5\n");
  CHECK(counter({"1", "-2"}) == "1\n");
  CHECK(counter({"-2"}).empty());
  CHECK(counter({"9007199254740992", "1", "1"}) == "9.007199254740994e+15\n");
  CHECK(shown("metric.gauge {\nname = \"v\"\naction = \"dec\"\nvalue = \"x\"\n}", {"x", "y", "x"}) == "-2\n");
  CHECK(shown("metric.gauge {\nname = \"v\"\naction = \"set\"\n}", {"3", "NaN"}) == "NaN\n");
  TestLane lane("stage.regex { expression = \"^(?P<v>.*)$\" }\nstage.metrics {\nmetric.histogram {\nname = \"v\"\nbuckets = [1, 2]\n}\n}");
  lane.send({line_of({{"le", "x"}}, "1"), line_of({{"le", "x"}}, "NaN"), line_of({{"le", "x"}}, "1500ms")});
  CHECK(lane.metrics().find("_bucket{le=\"1\"} 1\nloki_process_custom_v_bucket{le=\"2\"} 2\nloki_process_custom_v_bucket{le=\"+Inf\"} 3\n") !=
        std::string::npos);
}

TEST_CASE("buckets must rise") {
  const auto refused = pipeline_of("stage.metrics {\nmetric.histogram {\nname = \"v\"\nbuckets = [5, 1]\n}\n}");
  REQUIRE(!refused);
  CHECK(refused.error().what == "invalid stage config histogram buckets must be in increasing order: 5.000000 >= 1.000000");
}

}  // namespace
}  // namespace invar::loki_process
