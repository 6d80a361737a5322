// loki.write between real threads: lanes that send, the delivery loop, the disk thread. For the thread sanitizer.
#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <set>
#include <thread>

#include "src/io/scratch_directory.h"
#include "src/io/scripted_server.h"
#include "src/runtime/ledger_json.h"
#include "src/telemetry/wire/loki_push.h"
#include "tests/harness/threaded_harness.h"

namespace invar::loki_write {
namespace {

/// Sends lines on one lane until it is paused; goes on when it is resumed.
struct Sender final : AckSource, Upstream {
  Lane& lane;
  const LogsReceiverPtr& receiver;
  LedgerAccountPtr account;
  std::deque<AckRun> runs;
  int sent = 0;
  const int count, name;
  bool paused = false;
  std::atomic<int> settled{0};

  Sender(Lane& lane, const LogsReceiverPtr& receiver, LedgerAccountPtr account, int count, int name)
      : lane(lane), receiver(receiver), account(std::move(account)), count(count), name(name) {
    rewinds = true;
  }
  void send() {
    if (paused || sent >= count) return;
    LogBatch batch;
    AckRun& run = runs.emplace_back();
    run.source = this;
    run.account = account;
    std::vector<Label> labels{{"sender", name ? "1" : "0"}};
    const LabelSet* set = lane.labels().intern_unsorted(labels);
    for (int i = 0; i < 50 && sent < count; ++i, ++sent) {
      LogRow row;
      row.line = batch.arena().copy(std::to_string(sent) + std::string(200, '.'));
      row.time_ns = row.created_ns = lane.read_times(1);
      row.labels = set;
      row.ack = &run;
      batch.rows.push_back(row);
    }
    const auto rows = static_cast<uint32_t>(batch.rows.size());
    open_run(run, rows, rows);
    paused = receiver->sink(lane.index())->consume(std::move(batch), *this) == Flow::kPause;
    close_run(run);
    lane.loop().post([this] { send(); });
  }
  void on_settled(AckRun& run) override {
    settled += static_cast<int>(run.returned ? 1'000'000 : 1);
    run.account.reset();
  }
  void resume() override {
    paused = false;
    lane.loop().post([this] { send(); });
  }
};

std::string ledger_of(harness::ThreadedHarness& process) {
  return ledger_json(process.lanes(), process.delivery_loop(), process.delivery().ledger, 5000);
}

}  // namespace

TEST_CASE("lanes, delivery and disk pass lines on between them while destinations come and go") {
  bool helped = false;
  SUBCASE("small batches") {}
  SUBCASE("batches that a helper begins to compress before their turn") { helped = true; }
  const std::string_view batch_size = helped ? "150KiB" : "20KiB", capacity = helped ? "1MiB" : "200KiB";
  const int lines = helped ? 20'000 : 5'000;
  const ScratchDirectory scratch;
  std::atomic<bool> up{true};
  std::mutex mutex;
  std::map<std::string, std::vector<int>> arrived;
  ScriptedServer flapping([&](const std::string& request) {
    if (!up) return std::optional(ScriptedServer::answer("503 Service Unavailable", ""));
    const std::lock_guard lock(mutex);
    const auto plain = loki_push::uncompress(std::string_view(request).substr(request.find("\r\n\r\n") + 4), 1 << 24);
    std::string stream;
    (void)loki_push::decode(*plain, [&](auto labels) { stream = labels; }, [&](const loki_push::Entry& e) { arrived[stream].push_back(std::stoi(std::string(e.line))); });
    return std::optional(ScriptedServer::answer("204 No Content", ""));
  });
  ScriptedServer dead([](const std::string&) { return std::optional(ScriptedServer::answer("500 Internal Server Error", "")); });
  const auto endpoint = [&](const ScriptedServer& server, std::string_view name) {
    return "endpoint {\n name = \"" + std::string(name) + "\"\n url = \"" + server.url("/push") + "\"\n batch_wait = \"5ms\"\n batch_size = \"" +
           std::string(batch_size) + "\"\n min_backoff_period = \"2ms\"\n max_backoff_period = \"5ms\"\n max_backoff_retries = 3\n queue_config { capacity = \"" +
           std::string(capacity) + "\" }\n}\n";
  };
  {
    harness::ThreadedHarness process("loki.write.x", scratch.path());
    if (helped) process.delivery().forks = std::make_unique<ForkJoin>("compress", 1);
    process.load("loki.write \"x\" {\n" + endpoint(flapping, "flapping") + endpoint(dead, "dead") + "}\n");
    std::deque<Sender> senders;
    for (int i = 0; i < 2; ++i)
      senders.emplace_back(process.lanes()[static_cast<size_t>(i)], process.receiver(), process.delivery().ledger.open("source", std::to_string(i), static_cast<size_t>(i)), lines, i);
    process.lanes().barrier();
    for (Sender& sender : senders) sender.lane.post([&sender] { sender.send(); });
    for (int i = 0; i < 10; ++i) {
      up = i % 2 == 1;
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      CHECK(ledger_of(process).starts_with("{\"balanced\":true"));
      (void)process.registry.expose();
    }
    up = true;
    CHECK(process.until([&] {
      const std::lock_guard lock(mutex);
      return arrived.size() == 2 && arrived.begin()->second.size() + arrived.rbegin()->second.size() >= 2 * static_cast<size_t>(lines);
    }));
    CHECK(process.until([&] { return senders[0].settled == lines / 50 && senders[1].settled == lines / 50; }));
    bool drained = false;
    process.node->drain([&] { drained = true; });
    CHECK(process.until([&] { return drained; }));
    CHECK(ledger_of(process).starts_with("{\"balanced\":true"));
    process.node.reset();
    process.lanes().barrier();
  }
  const std::lock_guard lock(mutex);
  for (const auto& [stream, numbers] : arrived) {
    CHECK(numbers.size() == static_cast<size_t>(lines));
    CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  }
}

}  // namespace invar::loki_write
