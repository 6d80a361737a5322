#include "src/components/shared/duration_summary.h"

#include <doctest/doctest.h>

#include <cmath>

namespace invar {
namespace {

TEST_CASE("quantiles of the last ten minutes") {
  constexpr std::array kShares{0.5, 0.9, 0.99};
  constexpr int64_t kMinute = 60'000'000'000;
  DurationSummary summary;
  CHECK(std::isnan(summary.figures(kShares, 0).quantiles[0]));
  std::vector<int64_t> durations;
  for (int64_t i = 1; i <= 1000; ++i) durations.push_back(i * 1000);
  summary.add(durations, kMinute);
  auto figures = summary.figures(kShares, 9 * kMinute);
  CHECK(figures.count == 1000);
  CHECK(figures.sum_seconds == doctest::Approx(0.5005));
  CHECK(figures.quantiles[0] == doctest::Approx(500e-6).epsilon(0.05));
  CHECK(figures.quantiles[1] == doctest::Approx(900e-6).epsilon(0.05));
  CHECK(figures.quantiles[2] == doctest::Approx(990e-6).epsilon(0.05));
  summary.add(std::vector<int64_t>{5}, 11 * kMinute);
  figures = summary.figures(kShares, 11 * kMinute);
  CHECK(figures.count == 1001);
  CHECK(figures.quantiles[2] == doctest::Approx(5e-9).epsilon(0.05));
}

}  // namespace
}  // namespace invar
