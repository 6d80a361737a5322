// Fast and full program of one pipeline on the same lines: the answers are equal, and every line is accounted for. The first bytes choose the
// stages, the rest are the lines.
#include <cstdint>

#include "src/base/check.h"
#include "src/components/loki/process/random_stages.h"
#include "src/components/loki/process/test_lane.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace invar::loki_process;
  if (size < 8) return 0;
  size_t at = 0;
  const std::string stages = random_stages([&]() -> uint32_t { return at < size / 2 ? data[at++] : 0; });
  std::vector<TestLane::In> entries(1);
  for (; at < size; ++at) {
    if (data[at] == '\n')
      entries.push_back({.line = "", .labels = {{"app", entries.size() % 3 ? "x" : "y"}}});
    else
      entries.back().line += static_cast<char>(data[at]);
  }
  TestLane fast(stages), full(stages);
  class : public PipelineObserver {
    void after_step(const PipelinePlan&, size_t, Work&) override {}
  } watching;
  full.process().observe(&watching);
  for (TestLane* lane : {&fast, &full}) {
    lane->send(entries);
    lane->process().flush();
    INVAR_CHECK(lane->ledger().in_flight == 0);
  }
  INVAR_CHECK(fast.out() == full.out());
  return 0;
}
