// What every component with a receiver and a forward_to promises about rows: all of them are settled, whatever happens.
#include <doctest/doctest.h>

#include "tests/compliance/sample.h"
#include "tests/component_bench.h"

using namespace invar;

namespace {

bool passes_rows_on(const ComponentSpec& spec) {
  return spec.exports_schema && find_row(*spec.exports_schema, "receiver") && find_row(*spec.arguments, "forward_to");
}

std::string body_without_forward(const ComponentSpec& spec) {
  std::string body = compliance::sample_body(*spec.arguments);
  const size_t at = body.find("forward_to");
  return at == std::string::npos ? body : body.erase(at, body.find('\n', at) + 1 - at);
}

/// Sends lines, counts what comes back.
struct Source final : AckSource, Upstream {
  void on_settled(AckRun& run) override { ++settled, returned += run.returned; }
  void resume() override { ++resumed; }
  int settled = 0, returned = 0, resumed = 0;

  void send(Lane& lane, LogSink& sink, AckRun& run, uint32_t rows) {
    open_run(run, rows, rows);
    LogBatch batch;
    for (uint32_t i = 0; i < rows; ++i) {
      LogRow row;
      row.line = batch.arena().copy("level=info msg=\"line " + std::to_string(i) + "\"");
      row.time_ns = row.created_ns = lane.read_times(1);
      row.labels = lane.labels().empty_set();
      row.ack = &run;
      batch.rows.push_back(row);
    }
    sink.consume(std::move(batch), *this);
    close_run(run);
  }
};

struct Case {
  bench::Folder storage;
  bench::World world;
  bench::Receiver receiver;
  bench::Loaded loaded;
  Result<NodePtr> node;
  Source source;
  AckRun run;

  explicit Case(const ComponentSpec& spec)
      : world(std::string(spec.name) + ".vec", storage.path()),
        loaded(bench::load(spec, body_without_forward(spec), &receiver)),
        node(loaded.plan ? spec.start(loaded.plan, world) : Result<NodePtr>(Error{"no plan", ""})) {
    run.source = &source;
    if (!node.ok()) return;
    (*node)->run();
    world.turn();
  }
  ~Case() {
    if (node.ok()) node->reset();
    world.turn();
  }
  LogSink* sink() { return world.receiver()->sink(0); }
  void send(uint32_t rows) { source.send(world.lanes()[0], *sink(), run, rows); }
  const AckSource::Ledger& ledger() const { return source.ledger; }
};

void check_balance(const Case& c) {
  const auto& ledger = c.ledger();
  CHECK(ledger.balanced());
  CHECK(ledger.in_flight == 0);
}

}  // namespace

TEST_CASE("rows that are delivered, dropped or returned are settled once, and the counts balance") {
  for (const ComponentSpec* spec : components()) {
    if (!passes_rows_on(*spec)) continue;
    CAPTURE(spec->name);
    for (const Settled answer : {Settled::kDelivered, Settled::kReturned}) {
      Case c(*spec);
      REQUIRE(c.node.ok());
      REQUIRE(c.sink());
      c.receiver.answer = answer;
      c.send(300);
      CHECK(c.world.run_until([&] { return c.source.settled == 1; }));
      CHECK(c.source.settled == 1);
      check_balance(c);
    }
  }
}

TEST_CASE("rows under way are settled when the component goes") {
  for (const ComponentSpec* spec : components()) {
    if (!passes_rows_on(*spec)) continue;
    CAPTURE(spec->name);
    Case c(*spec);
    REQUIRE(c.node.ok());
    c.send(10);
    bool drained = false;
    (*c.node)->drain([&] { drained = true; });
    CHECK(c.world.run_until([&] { return drained; }));
    c.node->reset();
    c.world.turn();
    CHECK(c.world.run_until([&] { return c.source.settled == 1; }));
    check_balance(c);
  }
}

TEST_CASE("an update between two batches loses nothing") {
  for (const ComponentSpec* spec : components()) {
    if (!passes_rows_on(*spec)) continue;
    CAPTURE(spec->name);
    Case c(*spec);
    REQUIRE(c.node.ok());
    c.send(10);
    (*c.node)->update(c.loaded.plan);
    c.world.turn();
    AckRun second;
    second.source = &c.source;
    c.source.send(c.world.lanes()[0], *c.sink(), second, 10);
    CHECK(c.world.run_until([&] { return c.source.settled == 2; }));
    CHECK(c.receiver.entries.size() + static_cast<size_t>(c.ledger().dropped) == 20);
    check_balance(c);
  }
}

TEST_CASE("a pause travels upstream and ends") {
  for (const ComponentSpec* spec : components()) {
    if (!passes_rows_on(*spec)) continue;
    CAPTURE(spec->name);
    Case c(*spec);
    REQUIRE(c.node.ok());
    c.receiver.pause = true;
    c.send(10);
    c.receiver.pause = false;
    c.receiver.resume();
    CHECK(c.world.run_until([&] { return c.source.settled == 1; }));
    check_balance(c);
  }
}
