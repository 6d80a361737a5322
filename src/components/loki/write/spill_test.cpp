// loki.write and its spill: destinations that fail, processes that end.
#include <map>
#include <set>

#include "src/components/loki/write/outage_bench.h"

namespace invar::loki_write {

using namespace outage_bench;

TEST_CASE("nothing is written while the destination keeps up") {
  Destination destination;
  Rig rig;
  REQUIRE(rig->load(config(endpoint(destination.server))));
  for (int i = 0; i < 20; ++i) rig->send(lines(i * 10, 10)), rig->turn();
  CHECK(rig->turn_until([&] { return rig->source().ledger.delivered == 200; }));
  CHECK(rig.disk.syncs == 0);
  CHECK_FALSE(std::filesystem::exists(rig.storage / "loki.write.vec"));
}

TEST_CASE("a batch whose attempts are used up is safe on disk, and is sent again with the same bytes") {
  Destination destination;
  destination.up = false;
  Rig rig;
  REQUIRE(rig->load(config(endpoint(destination.server, "max_backoff_retries = 3"))));
  rig->send(lines(0, 10));
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 10; }));
  CHECK(rig->source().settled_runs == 1);
  rig.balanced();
  rig->turn_until([&] { return destination.server.requests().size() >= 6; });
  destination.up = true;
  CHECK(rig->turn_until([&] { return destination.lines().size() == 10; }));
  const auto body_of = [](const std::string& request) { return request.substr(request.find("\r\n\r\n")); };
  const auto requests = destination.server.requests();
  for (const std::string& request : requests) CHECK(body_of(request) == body_of(requests.front()));
  CHECK(rig->turn_until([&] { return rig.files() == 0; }));
  rig.balanced();
  // From here on it is memory only again.
  const uint64_t syncs = rig.disk.syncs;
  rig->turn_until([] { return false; }, 200);
  rig->send(lines(10, 10));
  CHECK(rig->turn_until([&] { return rig->source().ledger.delivered == 10; }));
  CHECK(rig.disk.syncs == syncs);
}

TEST_CASE("while the destination fails its lines go to disk without a pause, in order, and come back in order") {
  Destination destination;
  destination.up = false;
  Rig rig;
  REQUIRE(rig->load(config(endpoint(destination.server, kSmallQueue))));
  rig.fail_once();
  int sent = 10;
  for (; sent < 2000; sent += 10) {
    CHECK(rig->send(lines(sent, 10, 300)) == Flow::kKeepSending);
    rig->turn();
    rig.balanced();
  }
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 2000; }));
  CHECK(rig->source().resumed == 0);
  CHECK(rig->metrics_text().find("invar_write_spill_lines{component_id=\"loki.write.vec\"") != std::string::npos);
  destination.up = true;
  for (; sent < 3000; sent += 10) rig->send(lines(sent, 10, 300)), rig->turn(), rig.balanced();
  CHECK(rig->turn_until([&] { return destination.lines().size() == 3000; }));
  CHECK(destination.lines() == numbers(0, 3000));
  CHECK(rig->turn_until([&] { return rig.files() == 0; }));
  rig.balanced();
  rig->stop();
  CHECK(rig->ledger_fault() == "");
}

TEST_CASE("killed in an outage nothing is lost, and what was accepted is not sent again") {
  Destination destination;
  destination.up = false;
  Rig rig(false);
  const std::string text = config(endpoint(destination.server, kSmallQueue));
  REQUIRE(rig->load(text));
  for (int i = 0; i < 500; i += 10) rig->send(lines(i, 10, 300)), rig->turn();
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 500; }));
  rig.kill();
  destination.up = true;
  rig.start(false);
  REQUIRE(rig->load(text));
  rig->send(lines(500, 10));
  CHECK(rig->turn_until([&] { return destination.lines().size() == 510; }));
  CHECK(destination.lines() == numbers(0, 510));
  CHECK(rig->log_text().find("sending what an earlier run left on disk") != std::string::npos);
  rig.balanced();
  CHECK(rig->turn_until([&] { return rig.files() == 0; }));
  rig.kill();
  rig.start();
  REQUIRE(rig->load(text));
  rig->send(lines(510, 1));
  CHECK(rig->turn_until([&] { return destination.lines().size() == 511; }));
  CHECK(destination.lines() == numbers(0, 511));
}

TEST_CASE("killed half way through the spill the rest is sent, and no batch twice") {
  std::atomic<int> accepts{0};
  std::mutex mutex;
  std::vector<std::string> taken;
  ScriptedServer server([&](const std::string& request) {
    if (accepts-- <= 0) return std::optional(busy());
    const std::lock_guard lock(mutex);
    for (std::string& line : lines_in(request)) taken.push_back(std::move(line));
    return std::optional(ok());
  });
  Rig rig;
  const std::string text = config(endpoint(server, kSmallQueue));
  REQUIRE(rig->load(text));
  for (int i = 0; i < 1000; i += 10) rig->send(lines(i, 10, 300)), rig->turn();
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 1000; }));
  for (int round = 0; round < 6; ++round) {  // more would find nothing left
    accepts = 4;
    rig->turn_until([&] { return accepts <= 0; });
    rig->turn_until([] { return false; }, 150);  // answers come in, and the marks on disk
    rig.kill();
    rig.start();
    REQUIRE(rig->load(text));
  }
  accepts = 1'000'000;
  CHECK(rig->turn_until([&] {
    const std::lock_guard lock(mutex);
    return taken.size() >= 1000;
  }));
  rig->turn_until([] { return false; }, 50);
  const std::lock_guard lock(mutex);
  CHECK(taken == numbers(0, 1000));
}

TEST_CASE("a hanging destination does not stop its sources for long") {
  ScriptedServer hanging([](const std::string&) { return std::optional<std::string>(); });
  Rig rig;
  REQUIRE(rig->load(config(endpoint(hanging, kSmallQueue))));
  int sent = 0;
  for (Flow flow = Flow::kKeepSending; flow == Flow::kKeepSending && sent < 1000; sent += 10) flow = rig->send(lines(sent, 10, 300)), rig->turn();
  CHECK(sent < 500);
  CHECK(rig->turn_until([&] { return rig->source().resumed == 1; }));
  CHECK(rig->source().ledger.queued == static_cast<uint64_t>(sent));
  rig.balanced();
}

TEST_CASE("at a stop what cannot be sent waits on disk") {
  Destination destination;
  destination.up = false;
  Rig rig;
  const std::string text = config(endpoint(destination.server));
  REQUIRE(rig->load(text));
  rig->send(lines(0, 10));
  rig->turn_until([&] { return !destination.server.requests().empty(); });
  const auto began = SystemClock::instance().steady_ns();
  rig->stop();
  CHECK(SystemClock::instance().steady_ns() - began < 3'000'000'000);
  CHECK(rig->source().ledger.queued == 10);
  CHECK(rig->ledger_fault() == "");
  rig.kill();
  destination.up = true;
  rig.start();
  REQUIRE(rig->load(text));
  CHECK(rig->turn_until([&] { return destination.lines().size() == 10; }));
}

TEST_CASE("lines that wait on disk for an endpoint belong to the one in its place after a restart, or stay") {
  Destination old_one, new_one;
  old_one.up = false;
  Rig rig;
  REQUIRE(rig->load(config(endpoint(old_one.server, "max_backoff_retries = 1"))));
  rig->send(lines(0, 10));
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 10; }));
  rig.kill();
  rig.start();
  REQUIRE(rig->load(config(endpoint(new_one.server))));
  CHECK(rig->turn_until([&] { return new_one.lines().size() == 10; }));
}

TEST_CASE("with a wal block everything is on disk before it counts as taken") {
  Destination destination;
  Rig rig(false);
  const std::string text = config("wal {\n enabled = true\n}\n" + endpoint(destination.server));
  REQUIRE(rig->load(text));
  for (int i = 0; i < 200; i += 10) rig->send(lines(i, 10)), rig->turn(), rig.balanced();
  CHECK(rig->turn_until([&] { return destination.lines().size() == 200; }));
  CHECK(destination.lines() == numbers(0, 200));
  CHECK(rig->source().ledger.queued == 200);
  CHECK(rig.disk.syncs > 0);
  const std::string metrics = rig->metrics_text();
  CHECK(metrics.find("loki_write_wal_watcher_running{component_id=\"loki.write.vec\",component_path=\"/\"} 1") != std::string::npos);
  CHECK(metrics.find("loki_write_wal_writer_last_written_timestamp{component_id=\"loki.write.vec\",component_path=\"/\"} 1.7e+09") != std::string::npos);
  CHECK(metrics.find("loki_write_wal_watcher_records_read_total{") != std::string::npos);
  destination.up = false;
  rig->send(lines(200, 10));
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 210; }));
  rig.kill();
  destination.up = true;
  rig.start(false);
  REQUIRE(rig->load(text));
  CHECK(rig->turn_until([&] { return destination.lines().size() == 210; }));
  CHECK(destination.lines() == numbers(0, 210));
}

TEST_CASE("several shards, tenants and a limit of streams keep every stream's order through the spill") {
  std::atomic<bool> up{false};
  std::mutex mutex;
  std::map<std::string, std::vector<int>> by_stream;
  ScriptedServer server([&](const std::string& request) {
    if (!up) return std::optional(busy());
    const std::lock_guard lock(mutex);
    const auto plain = loki_push::uncompress(std::string_view(request).substr(request.find("\r\n\r\n") + 4), 1 << 24);
    std::string stream;
    int streams = 0;
    const std::string tenant = request.substr(request.find("X-Scope-OrgID: ") + 15, 2);
    (void)loki_push::decode(*plain, [&](auto labels) { stream = labels, ++streams; },
                            [&](const loki_push::Entry& e) { by_stream[tenant + stream].push_back(std::stoi(std::string(e.line))); });
    CHECK(streams <= 2);
    return std::optional(ok());
  });
  Rig rig;
  REQUIRE(rig->load(config("max_streams = 2\n" + endpoint(server, "batch_size = \"2KiB\"\nqueue_config {\n capacity = \"16KiB\"\n min_shards = 3\n}"))));
  for (int i = 0; i < 2000; i += 10) {
    std::vector<Entry> entries;
    for (int k = i; k < i + 10; ++k)
      entries.push_back({std::to_string(k) + std::string(100, '.'), {{"a", std::to_string(k % 7)}, {"__tenant_id__", k % 2 ? "t1" : "t2"}}, {}, 1'700'000'000'000'000'000 + k});
    rig->send(entries);
    rig->turn();
    rig.balanced();
    if (i == 1000) up = true;
  }
  CHECK(rig->turn_until([&] {
    const std::lock_guard lock(mutex);
    size_t sum = 0;
    for (const auto& [name, all] : by_stream) sum += all.size();
    return sum >= 2000;
  }, 20'000));
  const std::lock_guard lock(mutex);
  CHECK(by_stream.size() == 14);
  for (const auto& [name, all] : by_stream) {
    CAPTURE(name);
    CHECK(std::is_sorted(all.begin(), all.end()));
    CHECK(std::set(all.begin(), all.end()).size() == all.size());
  }
}

}  // namespace invar::loki_write
