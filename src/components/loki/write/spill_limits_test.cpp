// loki.write and its spill: disks that are full, broken or damaged, and spills that have reached their size.
#include <fcntl.h>
#include <unistd.h>

#include <set>

#include "src/components/loki/write/outage_bench.h"

namespace invar::loki_write {

using namespace outage_bench;

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

}  // namespace invar::loki_write
