#include "src/telemetry/log_sink.h"

#include <doctest/doctest.h>

namespace invar {
namespace {

struct Source final : AckSource, Upstream {
  int settled = 0, resumed = 0;
  void on_settled(AckRun&) override { ++settled; }
  void resume() override { ++resumed; }
};

struct HoldingSink final : LogSink {
  std::vector<LogRow> held;
  PausedUpstreams paused;
  bool full = false;
  Flow consume(LogBatch&& batch, Upstream& upstream) override {
    held.insert(held.end(), batch.rows.begin(), batch.rows.end());
    return full ? paused.pause(upstream) : Flow::kKeepSending;
  }
  void forget(Upstream& upstream) override { paused.forget(upstream); }
  void settle_all(Settled outcome) {
    for (LogRow& row : held) settle(*row.ack, outcome, 1, row.source_lines);
    held.clear();
  }
};

LogBatch batch_of(AckRun& run, size_t rows, const LabelSet* labels) {
  LogBatch batch;
  for (size_t i = 0; i < rows; ++i) {
    LogRow row;
    row.line = "x";
    row.labels = labels;
    row.ack = &run;
    batch.rows.push_back(row);
  }
  return batch;
}

}  // namespace

TEST_CASE("a run settles when every branch has settled every row, and the ledger balances") {
  LabelSetTable table;
  Source source;
  AckRun run{.source = &source};
  HoldingSink a, b;
  auto to_a = std::make_shared<LogsReceiver>("a.receiver"), to_b = std::make_shared<LogsReceiver>("b.receiver");
  to_a->bind(0, &a), to_b->bind(0, &b);
  Fanout fanout(0);
  fanout.set_receivers({to_a, to_b});
  open_run(run, 3, 3);
  CHECK(fanout.send(batch_of(run, 3, table.empty_set()), source) == Flow::kKeepSending);
  close_run(run);
  CHECK(source.ledger.in_flight == 6);
  a.settle_all(Settled::kDelivered);
  CHECK(source.settled == 0);
  b.settle_all(Settled::kDropped);
  CHECK(source.settled == 1);
  const auto& ledger = source.ledger;
  CHECK(ledger.balanced());
  CHECK(ledger.entered == 6);
}

TEST_CASE("a fan-out pauses while any branch does and resumes its upstream once") {
  LabelSetTable table;
  Source source;
  AckRun run{.source = &source};
  HoldingSink a, b;
  auto to_a = std::make_shared<LogsReceiver>("a"), to_b = std::make_shared<LogsReceiver>("b");
  to_a->bind(0, &a), to_b->bind(0, &b);
  Fanout fanout(0);
  fanout.set_receivers({to_a, to_b});
  a.full = b.full = true;
  open_run(run, 1, 1);
  CHECK(fanout.send(batch_of(run, 1, table.empty_set()), source) == Flow::kPause);
  close_run(run);
  a.paused.resume_all();
  CHECK(source.resumed == 0);
  SUBCASE("when the last one resumes") { b.paused.resume_all(); }
  SUBCASE("when the paused branch is taken out") { fanout.set_receivers({to_a}); }
  CHECK(source.resumed == 1);
  a.settle_all(Settled::kDelivered), b.settle_all(Settled::kDelivered);
}

TEST_CASE("rows without a live branch are settled as dropped") {
  LabelSetTable table;
  Source source;
  AckRun run{.source = &source};
  Fanout fanout(0);
  fanout.set_receivers({std::make_shared<LogsReceiver>("gone")});
  open_run(run, 2, 2);
  fanout.send(batch_of(run, 2, table.empty_set()), source);
  close_run(run);
  CHECK(source.settled == 1);
  CHECK(source.ledger.dropped == 2);
}

}  // namespace invar
