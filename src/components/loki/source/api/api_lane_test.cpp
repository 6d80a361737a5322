#include "src/components/loki/source/api/api_lane.h"

#include <doctest/doctest.h>

#include "src/io/faulty_disk.h"
#include "src/telemetry/log_sink.h"
#include "tests/component_bench.h"

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
    ApiLane lane(lanes[0], {written, lost}, plan, AnswerAfter::kHandOver, nullptr);
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

namespace {

/// A lane of loki.source.api in a process that can be killed.
struct Process {
  bench::World world;
  bench::Receiver receiver;
  Counter written, lost;
  LogsPlanPtr plan;
  std::unique_ptr<ApiLane> lane;
  std::vector<bool> answers;

  Process(const bench::Folder& storage, AnswerAfter answer_after, FaultyDisk& disk) : world("loki.source.api.vec", storage.path()) {
    world.delivery().files = &disk;
    auto made = std::make_shared<LogsPlan>();
    made->forward_to = {receiver.handle};
    plan = made;
    receiver.hold = true;
    lane = std::make_unique<ApiLane>(world.lanes()[0], ApiLane::Figures{written, lost}, plan, answer_after, nullptr);
    if (answer_after == AnswerAfter::kWriteAhead) lane->open_write_ahead(world, world.data_path() / "write-ahead");
    world.turn();
  }
  ~Process() {
    lane.reset();
    receiver.settle_held(Settled::kDropped);
    world.turn();
  }
  void push(std::string lines) {
    Push push{.request = raw_request(lines), .tenant = {}, .raw = true, .created_ns = 5, .original = OriginalPush{"", "", lines}, .done = [this](bool taken) { answers.push_back(taken); }};
    lane->take(std::move(push));
  }
  bool until(const std::function<bool()>& done) { return world.run_until(done); }
};

}  // namespace

TEST_CASE("after delivery: a sender is answered once every entry is settled") {
  const bench::Folder storage;
  FaultyDisk disk;
  Process process(storage, AnswerAfter::kDelivery, disk);
  process.push("one\ntwo\n");
  process.push("three\n");
  CHECK(process.receiver.lines() == std::vector<std::string>{"one", "two", "three"});
  CHECK(process.answers.empty());
  process.receiver.settle_held(Settled::kQueued, 1);
  CHECK(process.answers.empty());
  process.receiver.settle_held(Settled::kDelivered, 1);
  CHECK(process.answers == std::vector<bool>{true});
  process.receiver.settle_held(Settled::kReturned, 1);
  CHECK(process.answers == std::vector<bool>{true, false});
  CHECK(process.lost.value() == 0);
}

TEST_CASE("after write-ahead: a sender is answered once its entries are on disk, and they survive a kill") {
  const bench::Folder storage;
  FaultyDisk disk;
  int64_t first_time = 0;
  {
    Process process(storage, AnswerAfter::kWriteAhead, disk);
    process.push("one\ntwo\n");
    CHECK(process.answers.empty());
    CHECK(process.until([&] { return process.answers.size() == 1; }));
    CHECK(process.answers.front());
    CHECK(process.receiver.lines() == std::vector<std::string>{"one", "two"});
    first_time = process.receiver.entries[0].time_ns;
    process.push("three\n");
    process.push("four\n");
    CHECK(process.until([&] { return process.answers.size() == 3; }));
    process.receiver.settle_held(Settled::kDelivered, 3);  // one to three
    process.world.turn();
  }
  {
    Process process(storage, AnswerAfter::kWriteAhead, disk);
    CHECK(process.until([&] { return process.receiver.entries.size() == 1; }));
    CHECK(process.receiver.lines() == std::vector<std::string>{"four"});
    CHECK(process.receiver.entries[0].time_ns >= first_time);
    process.receiver.settle_held(Settled::kReturned);  // its destination was stopped: it is handed on again
    CHECK(process.until([&] { return process.receiver.entries.size() == 2; }));
    CHECK(process.receiver.entries[1].time_ns == process.receiver.entries[0].time_ns);
    process.receiver.settle_held(Settled::kDelivered);
    process.world.turn();
  }
  Process process(storage, AnswerAfter::kWriteAhead, disk);
  process.world.run_for(20);
  CHECK(process.receiver.entries.empty());
}

TEST_CASE("after write-ahead: what a queue behind it took over is forgotten in the step that marks it there") {
  struct Mark final : CommitMark {
    int refusals = 0, made = 0;
    bool make() override { return refusals-- <= 0 && ++made > 0; }
  };
  const bench::Folder storage;
  FaultyDisk disk;
  const auto take_over = [](Process& process, size_t rows, const CommitMarkPtr& mark) {
    REQUIRE(process.until([&] { return process.receiver.held.size() >= rows; }));
    for (size_t row = 0; row < rows; ++row) process.receiver.held[row].first->marks.push_back(mark);
    process.receiver.settle_held(Settled::kQueued, rows);
    process.world.run_for(5);
  };
  const auto refuses = std::make_shared<Mark>(), agrees = std::make_shared<Mark>();
  refuses->refusals = 100;
  {
    Process process(storage, AnswerAfter::kWriteAhead, disk);
    for (const auto& text : {"one\ntwo\n", "three\n", "four\n"}) process.push(text);
    take_over(process, 3, refuses);
    CHECK(refuses->made == 0);
  }
  {
    Process process(storage, AnswerAfter::kWriteAhead, disk);
    take_over(process, 3, agrees);
    CHECK(agrees->made > 0);
  }
  Process process(storage, AnswerAfter::kWriteAhead, disk);
  REQUIRE(process.until([&] { return !process.receiver.entries.empty(); }));
  process.world.run_for(20);
  CHECK(process.receiver.lines() == std::vector<std::string>{"four"});
}

TEST_CASE("written ahead, senders are answered while the receivers are paused; what does not fit into memory is read again, in order") {
  const bench::Folder storage;
  FaultyDisk disk;
  Process process(storage, AnswerAfter::kWriteAhead, disk);
  process.receiver.pause = true;
  process.receiver.hold = false;
  std::vector<std::string> expected;
  for (int i = 0; i < 40; ++i) {
    expected.push_back(std::to_string(i) + std::string(300'000, '.'));
    process.push(expected.back() + "\n");
  }
  CHECK(process.until([&] { return process.answers.size() == 40; }));
  CHECK(process.receiver.entries.size() == 1);
  process.receiver.resume();
  CHECK(process.until([&] { return process.receiver.entries.size() == 40; }));
  CHECK(process.receiver.lines() == expected);
}

TEST_CASE("a disk that takes nothing is no promise") {
  const bench::Folder storage;
  FaultyDisk disk;
  disk.space_left = 100;
  Process process(storage, AnswerAfter::kWriteAhead, disk);
  process.push("one\ntwo\n");
  CHECK(process.until([&] { return process.answers.size() == 1; }));
  CHECK_FALSE(process.answers.front());
  CHECK(process.receiver.entries.empty());
  disk.space_left = UINT64_MAX;
  process.push("three\n");
  CHECK(process.until([&] { return process.answers.size() == 2; }));
  CHECK(process.answers.back());
}

TEST_CASE("a push that was written ahead is read as it was, or refused") {
  Push push{.request = nullptr, .tenant = "team", .raw = true, .created_ns = -7, .first_time_ns = 9, .original = OriginalPush{"text/plain", "", "a\nb\n"}, .done = {}};
  const std::string bytes = pack(push);
  const auto read = unpack(bytes, 1000);
  REQUIRE(read.ok());
  CHECK(read->tenant == "team");
  CHECK(read->created_ns == -7);
  CHECK(read->first_time_ns == 9);
  CHECK(read->request->entries.size() == 2);
  for (size_t cut = 0; cut + 4 < bytes.size(); ++cut) (void)unpack(std::string_view(bytes).substr(0, cut), 1000).ok();
  CHECK_FALSE(unpack("", 1000).ok());
  push.raw = false;
  CHECK_FALSE(unpack(pack(push), 1000).ok());
}
