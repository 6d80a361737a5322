// loki.write and its spill: destinations that fail, disks that fail, processes that end.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <set>

#include "src/io/faulty_disk.h"
#include "src/io/scripted_server.h"
#include "src/telemetry/wire/loki_push.h"
#include "tests/harness/component_harness.h"

namespace invar::loki_write {
namespace {

using harness::ComponentHarness;
using harness::Entry;

std::string endpoint(const ScriptedServer& server, std::string_view more = "") {
  return "endpoint {\n url = \"" + server.url("/push") + "\"\n batch_wait = \"5ms\"\n min_backoff_period = \"2ms\"\n max_backoff_period = \"5ms\"\n " + std::string(more) + "\n}\n";
}
std::string config(const std::string& body) { return "loki.write \"vec\" {\n" + body + "}\n"; }
std::string ok() { return ScriptedServer::answer("204 No Content", ""); }
std::string busy() { return ScriptedServer::answer("503 Service Unavailable", ""); }

std::vector<std::string> lines_in(const std::string& request) {
  std::vector<std::string> lines;
  const auto plain = loki_push::uncompress(std::string_view(request).substr(request.find("\r\n\r\n") + 4), 1 << 24);
  REQUIRE(plain.ok());
  REQUIRE(loki_push::decode(*plain, [](auto) {}, [&](const loki_push::Entry& e) { lines.emplace_back(e.line.substr(0, e.line.find('.'))); }).ok());
  return lines;
}

/// A destination that is up or down, and remembers the lines it took.
struct Destination {
  std::atomic<bool> up{true};
  std::mutex mutex;
  std::vector<std::string> taken;
  ScriptedServer server{[this](const std::string& request) {
    if (!up) return std::optional(busy());
    const std::lock_guard lock(mutex);
    for (std::string& line : lines_in(request)) taken.push_back(std::move(line));
    return std::optional(ok());
  }};
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex);
    return taken;
  }
};

std::vector<Entry> lines(int first, int count, size_t size = 0) {
  std::vector<Entry> entries;
  for (int i = first; i < first + count; ++i) entries.push_back({std::to_string(i) + "." + std::string(size, 'x'), {{"a", "1"}}, {}, 1'700'000'000'000'000'000 + i});
  return entries;
}
std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i < to; ++i) all.push_back(std::to_string(i));
  return all;
}

constexpr std::string_view kSmallQueue = "batch_size = \"10KiB\"\nqueue_config { capacity = \"64KiB\" }\n";

struct Rig {
  FaultyDisk disk;
  std::unique_ptr<ComponentHarness> harness;
  std::filesystem::path storage;

  explicit Rig(bool rewinds = true) { start(rewinds); }
  ~Rig() {
    harness.reset();
    if (!storage.empty()) std::filesystem::remove_all(storage);
  }
  /// Sends lines 0 to 9, and waits until the destination has refused them.
  void fail_once() {
    harness->send(lines(0, 10));
    CHECK(harness->turn_until([&] {
      const std::string text = harness->metrics_text();
      const size_t at = text.find("loki_write_batch_retries_total{");
      return at != std::string::npos && text.find("} 0\n", at) != text.find("} ", at);
    }));
  }
  /// A new process over the same storage.
  void start(bool rewinds = true) {
    harness = std::make_unique<ComponentHarness>("loki.write.vec");
    harness->experimental = true;
    harness->delivery().files = &disk;
    harness->source().rewinds = rewinds;
    if (storage.empty()) storage = harness->data_path().parent_path();
    harness->storage = storage;
  }
  /// As kill -9 leaves it: nothing is drained, no mark is written after this.
  void kill() {
    harness->storage.clear();  // stays
    harness.reset();
  }
  ComponentHarness* operator->() { return harness.get(); }
  size_t files() const {
    size_t count = 0;
    if (std::filesystem::exists(storage))
      for (const auto& entry : std::filesystem::recursive_directory_iterator(storage)) count += entry.path().extension() == ".seg";
    return count;
  }
  void balanced() const { CHECK(harness->imbalance() == ""); }
};

}  // namespace

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
  for (int round = 0; round < 8; ++round) {
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

TEST_CASE("a full spill pauses sources that have no other destination, and goes on") {
  Destination destination;
  destination.up = false;
  Rig rig;
  rig->delivery().settings.spill_bytes = 200'000;
  REQUIRE(rig->load(config(endpoint(destination.server, kSmallQueue))));
  rig.fail_once();
  const auto is_full = [&] { return rig->health().message.find("spill: the queue holds its 200000 bytes") != std::string::npos; };
  int sent = 10;
  size_t resumed = 0;
  bool full = false;
  while (sent < 5000 && !full) {
    const Flow flow = rig->send(lines(sent, 10, 300));
    sent += 10;
    rig->turn();
    rig.balanced();
    if (flow != Flow::kPause) continue;
    // What is in memory may reach its bound before the disk has taken it over: that pause ends by itself.
    rig->turn_until([&] { return is_full() || rig->source().resumed > resumed; });
    resumed = rig->source().resumed;
    full = is_full();
  }
  CHECK(full);
  CHECK(sent > 600);
  CHECK(sent < 1200);
  CHECK(rig->source().ledger.dropped == 0);
  destination.up = true;
  CHECK(rig->turn_until([&] { return destination.lines().size() == static_cast<size_t>(sent); }, 20'000));
  CHECK(destination.lines() == numbers(0, sent));
  CHECK(rig->source().resumed == resumed + 1);
  rig.balanced();
}

TEST_CASE("a full spill drops its oldest lines, counted, rather than let others wait") {
  Destination dead, healthy;
  dead.up = false;
  Rig rig;
  rig->delivery().settings.spill_bytes = 300'000;
  REQUIRE(rig->load(config(endpoint(dead.server, "name = \"dead\"\n" + std::string(kSmallQueue)) + endpoint(healthy.server, "name = \"healthy\""))));
  int sent = 0;
  for (; sent < 4000; sent += 10) {
    CHECK(rig->send(lines(sent, 10, 300)) == Flow::kKeepSending);
    rig->turn();
    rig.balanced();
  }
  CHECK(rig->turn_until([&] { return healthy.lines().size() == 4000; }));
  CHECK(healthy.lines() == numbers(0, 4000));
  CHECK(rig->turn_until([&] { return rig->metrics_text().find("reason=\"spill_full\"") != std::string::npos; }));
  dead.up = true;
  uint64_t delivered = 0;
  CHECK(rig->turn_until([&] {
    for (const auto& book : rig->delivery().ledger.destinations())
      if (book.name == "dead") return (delivered = book.delivered) + book.dropped.at("spill_full") == 4000;
    return false;
  }, 20'000));
  const auto rest = dead.lines();
  CHECK(rest.size() == delivered);
  std::vector<int> ints;
  for (const std::string& line : rest) ints.push_back(std::stoi(line));
  CHECK(std::is_sorted(ints.begin(), ints.end()));
  CHECK(std::set(ints.begin(), ints.end()).size() == ints.size());
  CHECK(ints.back() == 3999);
  rig.balanced();
  rig->stop();
  CHECK(rig->ledger_fault() == "");
}

TEST_CASE("--delivery.on-full decides otherwise") {
  Destination dead, healthy;
  dead.up = false;
  Rig rig;
  rig->delivery().settings.spill_bytes = 300'000;
  SUBCASE("pause, although others wait") {
    rig->delivery().settings.on_full = OnFull::kPause;
    REQUIRE(rig->load(config(endpoint(dead.server, "name = \"dead\"\n" + std::string(kSmallQueue)) + endpoint(healthy.server, "name = \"healthy\""))));
    Flow flow = Flow::kKeepSending;
    for (int sent = 0; sent < 5000 && flow == Flow::kKeepSending; sent += 10) flow = rig->send(lines(sent, 10, 300)), rig->turn();
    CHECK(flow == Flow::kPause);
    CHECK(rig->source().ledger.dropped == 0);
  }
  SUBCASE("drop-oldest, although nobody waits") {
    rig->delivery().settings.on_full = OnFull::kDropOldest;
    REQUIRE(rig->load(config(endpoint(dead.server, kSmallQueue))));
    rig.fail_once();
    for (int sent = 10; sent < 5000; sent += 10) {
      CHECK(rig->send(lines(sent, 10, 300)) == Flow::kKeepSending);
      rig->turn();
    }
    CHECK(rig->turn_until([&] { return rig->metrics_text().find("reason=\"spill_full\"") != std::string::npos; }));
  }
  rig.balanced();
}

TEST_CASE("a disk that is full or broken loses nothing: lines wait in memory, and go to disk when it takes them") {
  Destination destination;
  destination.up = false;
  Rig rig;
  REQUIRE(rig->load(config(endpoint(destination.server, kSmallQueue))));
  rig.fail_once();
  int sent = 10;
  const auto until_pause = [&] {
    Flow flow = Flow::kKeepSending;
    for (int i = 0; i < 500 && flow == Flow::kKeepSending; ++i, sent += 10) flow = rig->send(lines(sent, 10, 300)), rig->turn(), rig.balanced();
    return flow == Flow::kPause;
  };
  SUBCASE("full from the start") {
    rig.disk.space_left = 0;
    CHECK(until_pause());
    CHECK(rig->source().ledger.queued == 0);
    CHECK(rig->log_text().find("lines cannot be written to disk") != std::string::npos);
  }
  SUBCASE("full in the middle of a record") {
    rig.disk.space_left = 100'000;
    CHECK(until_pause());
    CHECK(rig->source().ledger.queued > 0);
  }
  SUBCASE("fsync fails now and then") {
    rig.disk.good_syncs_before = 1;
    rig.disk.fail_syncs = 3;
    until_pause();
  }
  SUBCASE("writes fail now and then") {
    rig.disk.fail_writes = 3;
    until_pause();
  }
  CHECK(rig->source().ledger.dropped == 0);
  rig.disk.space_left = UINT64_MAX;
  CHECK(rig->turn_until([&] { return rig->source().ledger.in_flight == 0; }, 10'000));
  destination.up = true;
  CHECK(rig->turn_until([&] { return destination.lines().size() == static_cast<size_t>(sent); }, 20'000));
  CHECK(destination.lines() == numbers(0, sent));
  rig.balanced();
}

TEST_CASE("with a full disk lines go out from memory as soon as the destination takes them") {
  Destination destination;
  destination.up = false;
  Rig rig;
  rig.disk.space_left = 100'000;
  REQUIRE(rig->load(config(endpoint(destination.server, kSmallQueue))));
  int sent = 0;
  for (Flow flow = Flow::kKeepSending; flow == Flow::kKeepSending && sent < 5000; sent += 10) flow = rig->send(lines(sent, 10, 300)), rig->turn();
  destination.up = true;
  CHECK(rig->turn_until([&] { return destination.lines().size() == static_cast<size_t>(sent); }, 20'000));
  for (int more = sent + 200; sent < more; sent += 10) rig->send(lines(sent, 10, 300)), rig->turn();
  CHECK(rig->turn_until([&] { return destination.lines().size() == static_cast<size_t>(sent); }, 20'000));
  CHECK(destination.lines() == numbers(0, sent));
  rig.balanced();
}

TEST_CASE("damage on disk costs the records it hits, counted") {
  Destination destination;
  destination.up = false;
  Rig rig;
  const std::string text = config(endpoint(destination.server, kSmallQueue));
  REQUIRE(rig->load(text));
  for (int i = 0; i < 1000; i += 10) rig->send(lines(i, 10, 300)), rig->turn();
  CHECK(rig->turn_until([&] { return rig->source().ledger.queued == 1000; }));
  rig.kill();
  std::string file;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(rig.storage))
    if (entry.path().extension() == ".seg" && entry.file_size() > 200'000) file = entry.path();
  REQUIRE_FALSE(file.empty());
  {
    const Fd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    REQUIRE(::pwrite(fd.get(), "\xff\xff\xff", 3, 100'000) == 3);
  }
  destination.up = true;
  rig.start();
  REQUIRE(rig->load(text));
  CHECK(rig->turn_until([&] { return rig.files() == 0; }, 20'000));
  const auto arrived = destination.lines();
  CHECK(arrived.size() < 1000);
  CHECK(arrived.size() > 900);
  std::vector<int> ints;
  for (const std::string& line : arrived) ints.push_back(std::stoi(line));
  CHECK(std::is_sorted(ints.begin(), ints.end()));
  for (const auto& book : rig->delivery().ledger.destinations()) {
    CHECK(book.resumed == 1000);
    CHECK(book.dropped.at("spill_corrupt") == 1000 - arrived.size());
  }
  rig.balanced();
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
