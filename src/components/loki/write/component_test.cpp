#include "src/components/loki/write/component.h"

#include <doctest/doctest.h>

#include <atomic>

#include "src/io/scripted_server.h"
#include "src/telemetry/wire/loki_push.h"
#include "tests/harness/component_harness.h"

namespace invar::loki_write {
namespace {

using harness::ComponentHarness;
using harness::Entry;

std::string endpoint(const ScriptedServer& server, std::string_view more = "") {
  return "endpoint {\n url = \"" + server.url("/push") + "\"\n batch_wait = \"10ms\"\n min_backoff_period = \"5ms\"\n max_backoff_period = \"10ms\"\n " +
         std::string(more) + "\n}\n";
}
std::string config(const std::string& body) { return "loki.write \"vec\" {\n" + body + "}\n"; }

std::string ok() { return ScriptedServer::answer("204 No Content", ""); }

/// Lines of all requests, in the order they came.
std::vector<std::string> lines_of(const ScriptedServer& server) {
  std::vector<std::string> lines;
  for (const std::string& request : server.requests()) {
    const auto plain = loki_push::uncompress(std::string_view(request).substr(request.find("\r\n\r\n") + 4), 1 << 24);
    REQUIRE(plain.ok());
    const auto decoded = loki_push::decode(*plain, [](auto) {}, [&](const loki_push::Entry& e) { lines.emplace_back(e.line); });
    REQUIRE(decoded.ok());
  }
  return lines;
}

std::vector<Entry> lines(int first, int count, size_t size = 0) {
  std::vector<Entry> entries;
  for (int i = first; i < first + count; ++i) entries.push_back({std::to_string(i) + std::string(size, '.'), {{"a", "1"}}, {}, 1'700'000'000'000'000'000 + i});
  return entries;
}

void check_ledger(ComponentHarness& harness) { CHECK(harness.imbalance() == ""); }

}  // namespace

TEST_CASE("runs settle only once the destination has answered 2xx") {
  std::atomic<bool> up{false};
  ScriptedServer server([&](const std::string&) { return std::optional(up ? ok() : ScriptedServer::answer("503 Service Unavailable", "")); });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(server))));
  harness.send(lines(0, 10));
  harness.turn_until([&] { return server.requests().size() >= 3; });
  CHECK(harness.source().settled_runs == 0);
  check_ledger(harness);
  up = true;
  CHECK(harness.turn_until([&] { return harness.source().settled_runs == 1; }));
  CHECK(harness.source().ledger.delivered == 10);
  check_ledger(harness);
}

TEST_CASE("used-up attempts make the component unhealthy, an answer heals it, nothing is dropped") {
  std::atomic<bool> up{false};
  ScriptedServer server([&](const std::string&) { return std::optional(up ? ok() : ScriptedServer::answer("500 Internal Server Error", "no\nmore")); });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(server, "max_backoff_retries = 2"))));
  harness.send(lines(0, 1));
  CHECK(harness.turn_until([&] { return harness.health().state == HealthState::kUnhealthy; }));
  CHECK(harness.health().message.find("server returned HTTP status 500 Internal Server Error (500): no") != std::string::npos);
  CHECK(harness.turn_until([&] { return harness.source().ledger.queued == 1; }));
  up = true;
  CHECK(harness.turn_until([&] { return harness.health().state == HealthState::kHealthy; }));
  check_ledger(harness);
}

TEST_CASE("without a spill a full queue pauses, and resumes when there is room") {
  std::atomic<bool> up{false};
  ScriptedServer server([&](const std::string&) { return std::optional(up ? ok() : ScriptedServer::answer("503 Service Unavailable", "")); });
  ComponentHarness harness("loki.write.vec");
  harness.experimental = true;
  harness.delivery().settings.spill_bytes = 0;
  REQUIRE(harness.load(config(endpoint(server, "batch_size = \"10KiB\"\nqueue_config { capacity = \"64KiB\" }"))));
  int sent = 0;
  Flow flow = Flow::kKeepSending;
  while (flow == Flow::kKeepSending && sent < 1000) {
    flow = harness.send(lines(sent, 10, 1000));
    sent += 10;
    harness.turn();
  }
  CHECK(flow == Flow::kPause);
  CHECK(sent < 100);
  CHECK(harness.source().resumed == 0);
  CHECK(harness.turn_until([&] { return harness.metrics_text().find("invar_write_queue_full{") != std::string::npos; }));
  up = true;
  CHECK(harness.turn_until([&] { return harness.source().resumed == 1; }));
  CHECK(harness.turn_until([&] { return harness.source().ledger.in_flight == 0; }));
  CHECK(harness.source().ledger.delivered == static_cast<uint64_t>(sent));
}

TEST_CASE("while the destination keeps up no more waits for it than is ample; while it hangs, all that its queue may hold") {
  std::atomic<bool> hangs{true};
  ScriptedServer server([&](const std::string&) { return hangs ? std::nullopt : std::optional(ok()); });
  ComponentHarness harness("loki.write.vec");
  harness.delivery().settings.spill_bytes = 0;
  REQUIRE(harness.load(config(endpoint(server, "batch_size = \"64KiB\"\nremote_timeout = \"2s\""))));
  int sent = 0;
  const auto fill = [&] {
    for (Flow flow = Flow::kKeepSending; flow == Flow::kKeepSending && sent < 20'000; sent += 100) {
      flow = harness.send(lines(sent, 100, 1000));
      harness.turn();
    }
  };
  fill();
  CHECK(sent >= 4'000);
  CHECK(sent < 4'500);
  CHECK(harness.turn_until([&] { return harness.source().resumed == 1; }));  // a second without an answer
  fill();
  CHECK(sent >= 10'000);
  CHECK(sent < 10'800);
  hangs = false;
  CHECK(harness.turn_until([&] { return harness.source().ledger.delivered == static_cast<uint64_t>(sent); }));
  check_ledger(harness);
}

TEST_CASE("a dead endpoint does not stop the other one") {
  ScriptedServer dead([](const std::string&) { return std::optional(ScriptedServer::answer("503 Service Unavailable", "")); });
  ScriptedServer healthy([](const std::string&) { return std::optional(ok()); });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(dead, "name = \"dead\"\nmax_backoff_retries = 0") + endpoint(healthy, "name = \"healthy\""))));
  for (int i = 0; i < 50; ++i) {
    CHECK(harness.send(lines(i * 10, 10)) == Flow::kKeepSending);
    harness.turn();
    check_ledger(harness);
  }
  CHECK(harness.turn_until([&] { return lines_of(healthy).size() == 500; }));
  CHECK(harness.turn_until([&] { return harness.source().ledger.delivered == 500; }));
  CHECK(harness.source().settled_runs == 0);
  CHECK(harness.source().ledger.in_flight == 500);
  SUBCASE("and taken out of the config it counts as dropped") {
    REQUIRE(harness.load(config(endpoint(healthy, "name = \"healthy\""))));
    CHECK(harness.turn_until([&] { return harness.source().settled_runs == 50; }));
    CHECK(harness.source().ledger.dropped == 500);
  }
  check_ledger(harness);
}

TEST_CASE("a reload keeps what is queued and sends it with the new settings") {
  ScriptedServer server([](const std::string& request) {
    return std::optional(request.find("Authorization: Bearer new") != std::string::npos ? ok() : ScriptedServer::answer("401 Unauthorized", ""));
  });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(server, "bearer_token = \"old\""))));
  harness.send(lines(0, 5));
  CHECK(harness.turn_until([&] { return harness.health().state == HealthState::kUnhealthy; }));
  CHECK(harness.health().message.find("401") != std::string::npos);
  REQUIRE(harness.load(config(endpoint(server, "bearer_token = \"new\""))));
  CHECK(harness.turn_until([&] { return harness.source().settled_runs == 1; }));
  CHECK(harness.source().ledger.delivered == 5);
  CHECK(harness.log_text().find("\"old\"") == std::string::npos);
}

TEST_CASE("413 splits until single entries remain") {
  ScriptedServer server([](const std::string& request) {
    const auto plain = loki_push::uncompress(std::string_view(request).substr(request.find("\r\n\r\n") + 4), 1 << 24);
    size_t count = 0;
    if (plain) (void)loki_push::decode(*plain, [](auto) {}, [&](const auto&) { ++count; });
    return std::optional(count > 2 ? ScriptedServer::answer("413 Payload Too Large", "") : ok());
  });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(server))));
  harness.send(lines(0, 7));
  CHECK(harness.turn_until([&] { return harness.source().settled_runs == 1; }));
  CHECK(harness.source().ledger.delivered == 7);
}

TEST_CASE("what is queued when the component goes comes back to its source") {
  ScriptedServer server([](const std::string&) { return std::optional<std::string>(); });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(server))));
  harness.send(lines(0, 3));
  harness.turn_until([&] { return server.requests().size() == 1; });
  harness.stop(50);
  CHECK(harness.source().settled_runs == 1);
  CHECK(harness.source().ledger.returned == 3);
  check_ledger(harness);
}

TEST_CASE("order is kept within a stream across fragments and batches") {
  ScriptedServer server([](const std::string&) { return std::optional(ok()); });
  ComponentHarness harness("loki.write.vec");
  REQUIRE(harness.load(config(endpoint(server, "batch_size = \"2KiB\""))));
  for (int i = 0; i < 100; ++i) {
    harness.send(lines(i * 20, 20));
    if (i % 3 == 0) harness.turn();
  }
  CHECK(harness.turn_until([&] { return harness.source().settled_runs == 100; }));
  const auto arrived = lines_of(server);
  REQUIRE(arrived.size() == 2000);
  for (int i = 0; i < 2000; ++i) CHECK(arrived[static_cast<size_t>(i)] == std::to_string(i));
}

}  // namespace invar::loki_write
