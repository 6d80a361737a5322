#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "src/io/faulty_disk.h"
#include "src/io/scripted_server.h"
#include "src/telemetry/wire/loki_push.h"
#include "tests/harness/component_harness.h"

/// A loki.write over a disk that may fail, its destinations, and lines that are numbers; for tests.
namespace invar::loki_write::outage_bench {

using harness::ComponentHarness;
using harness::Entry;

inline std::string endpoint(const ScriptedServer& server, std::string_view more = "") {
  return "endpoint {\n url = \"" + server.url("/push") + "\"\n batch_wait = \"5ms\"\n min_backoff_period = \"2ms\"\n max_backoff_period = \"5ms\"\n " + std::string(more) + "\n}\n";
}
inline std::string config(const std::string& body) { return "loki.write \"vec\" {\n" + body + "}\n"; }
inline std::string ok() { return ScriptedServer::answer("204 No Content", ""); }
inline std::string busy() { return ScriptedServer::answer("503 Service Unavailable", ""); }

inline std::vector<std::string> lines_in(const std::string& request) {
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

inline std::vector<Entry> lines(int first, int count, size_t size = 0) {
  std::vector<Entry> entries;
  for (int i = first; i < first + count; ++i) entries.push_back({std::to_string(i) + "." + std::string(size, 'x'), {{"a", "1"}}, {}, 1'700'000'000'000'000'000 + i});
  return entries;
}
inline std::vector<std::string> numbers(int from, int to) {
  std::vector<std::string> all;
  for (int i = from; i < to; ++i) all.push_back(std::to_string(i));
  return all;
}

inline constexpr std::string_view kSmallQueue = "batch_size = \"10KiB\"\nqueue_config {\n capacity = \"64KiB\"\n drain_timeout = \"500ms\"\n}\n";

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
    harness->haste = 20;
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

}  // namespace invar::loki_write::outage_bench
