#include "src/runtime/metrics.h"

#include <doctest/doctest.h>

#include <array>

using namespace invar;

TEST_CASE("metrics print as the Prometheus text format") {
  MetricRegistry registry;
  auto process = registry.scope({});
  auto component = registry.scope({{"component_path", "/"}, {"component_id", "loki.write.w"}});
  process->gauge("a_gauge", "Line one\nand \\ two").set(1e6);
  component->counter("b_total", "B \"quoted\"", {{"tenant", "x\"y\\\n"}}).add(3);
  component->counter("b_total", "other help", {{"tenant", ""}}).add(2);
  CHECK(registry.expose() ==
        "# HELP a_gauge Line one\\nand \\\\ two\n# TYPE a_gauge gauge\na_gauge 1e+06\n"
        "# HELP b_total B \"quoted\"\n# TYPE b_total counter\n"
        "b_total{component_id=\"loki.write.w\",component_path=\"/\",tenant=\"\"} 2\n"
        "b_total{component_id=\"loki.write.w\",component_path=\"/\",tenant=\"x\\\"y\\\\\\n\"} 3\n");
}

TEST_CASE("a histogram has cumulative buckets, sum and count") {
  MetricRegistry registry;
  auto scope = registry.scope({});
  const std::array bounds{0.005, 1.0, 10.0};
  Histogram& histogram = scope->histogram("h", "H", bounds, {{"x", "1"}});
  histogram.observe(0.005);
  histogram.observe(2, 3);
  histogram.observe(11);
  CHECK(registry.expose() ==
        "# HELP h H\n# TYPE h histogram\n"
        "h_bucket{x=\"1\",le=\"0.005\"} 1\nh_bucket{x=\"1\",le=\"1\"} 1\nh_bucket{x=\"1\",le=\"10\"} 4\n"
        "h_bucket{x=\"1\",le=\"+Inf\"} 5\nh_sum{x=\"1\"} 17.005\nh_count{x=\"1\"} 5\n");
}

TEST_CASE("a run of observations counts what single ones would") {
  MetricRegistry registry;
  auto scope = registry.scope({});
  const std::array bounds{0.0, 1.0, 10.0};
  Histogram &single = scope->histogram("single", "", bounds, {}), &together = scope->histogram("together", "", bounds, {});
  {
    HistogramRun run(together);
    for (const double value : {0.5, 0.75, 1.0, 1.5, -3.0, 0.0, 10.0, 11.0, 2000.0, 0.25}) {
      run.observe(value);
      single.observe(value);
    }
  }
  for (size_t i = 0; i <= bounds.size(); ++i) CHECK(together.cumulative(i) == single.cumulative(i));
  CHECK(together.cumulative(bounds.size()) == 10);
  CHECK(together.sum() == single.sum());
}

TEST_CASE("series go with their scope, and one at a time") {
  MetricRegistry registry;
  auto scope = registry.scope({});
  scope->gauge("g", "G", {{"path", "a"}}).set(1);
  scope->gauge("g", "G", {{"path", "b"}}).set(2);
  scope->remove("g", {{"path", "a"}});
  CHECK(registry.expose() == "# HELP g G\n# TYPE g gauge\ng{path=\"b\"} 2\n");
  scope.reset();
  CHECK(registry.expose().empty());
}

TEST_CASE("callbacks are asked at each scrape; of equal series the newer one counts") {
  MetricRegistry registry;
  auto scope = registry.scope({});
  double value = 1;
  scope->collect("c", "C", MetricType::kGauge, [&](std::vector<Sample>& out) { out.push_back({{{"k", "v"}}, value}); });
  CHECK(registry.expose() == "# HELP c C\n# TYPE c gauge\nc{k=\"v\"} 1\n");
  value = 2;
  auto newer = registry.scope({});
  newer->gauge("c", "C", {{"k", "v"}}).set(7);
  CHECK(registry.expose() == "# HELP c C\n# TYPE c gauge\nc{k=\"v\"} 7\n");
  newer.reset();
  CHECK(registry.expose() == "# HELP c C\n# TYPE c gauge\nc{k=\"v\"} 2\n");
}
