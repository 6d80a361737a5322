#include "src/components/loki/source/api/api_lane.h"

#include <doctest/doctest.h>

#include "src/telemetry/log_sink.h"

using namespace invar;
using namespace invar::loki_source_api;

namespace {

/// Keeps lines, and pauses when told.
class Sink final : public LogSink {
 public:
  Flow consume(LogBatch&& batch, Upstream& upstream) override {
    for (const LogRow& row : batch.rows) {
      lines.emplace_back(row.line);
      settle(*row.ack, Settled::kDelivered, 1, row.source_lines);
    }
    return full ? paused.pause(upstream) : Flow::kKeepSending;
  }
  void forget(Upstream& upstream) override { paused.forget(upstream); }
  std::vector<std::string> lines;
  PausedUpstreams paused;
  bool full = false;
};

Push push_of(size_t entries, std::vector<bool>& answers) {
  auto request = std::make_unique<loki_push::PushRequest>();
  request->streams.push_back({.labels = {{"a", "b"}}, .first = 0, .count = entries});
  for (size_t i = 0; i < entries; ++i) request->entries.push_back({.time_ns = 1, .line = "line", .metadata = {}});
  return {.request = std::move(request), .tenant = {}, .done = [&answers](bool taken) { answers.push_back(taken); }};
}

}  // namespace

TEST_CASE("a request is answered when all of it is taken; while the receiver is paused the next one is refused") {
  const FakeClock clock(1'000'000'000);
  Lanes lanes(1, clock, false);
  Counter written, lost;
  auto receiver = std::make_shared<LogsReceiver>("sink.receiver");
  Sink sink;
  receiver->bind(0, &sink);
  auto plan = std::make_shared<LogsPlan>();
  plan->forward_to = {receiver};
  std::vector<bool> answers;
  {
    ApiLane lane(lanes[0], written, lost, plan);
    lane.take(push_of(3, answers));
    CHECK(answers == std::vector<bool>{true});
    sink.full = true;
    // The pause after its last batch does not hold back its answer.
    lane.take(push_of(2, answers));
    CHECK(answers == std::vector<bool>{true, true});
    lane.take(push_of(1, answers));
    CHECK(answers == std::vector<bool>{true, true, false});
    CHECK(sink.lines.size() == 5);
    // One that needs several batches waits in the middle, and goes on.
    sink.paused.resume_all();
    lane.take(push_of(2 * LogBatch::kMaxRows, answers));
    CHECK(answers.size() == 3);
    CHECK(sink.lines.size() == 5 + LogBatch::kMaxRows);
    bool drained = false;
    lane.drain([&] { drained = true; });
    CHECK_FALSE(drained);
    sink.full = false;
    sink.paused.resume_all();
    CHECK(answers == std::vector<bool>{true, true, false, true});
    CHECK(sink.lines.size() == 5 + 2 * LogBatch::kMaxRows);
    CHECK(written.value() == sink.lines.size());
    CHECK(drained);
  }
  lanes.barrier();
}
