#include "src/telemetry/ledger.h"

#include <doctest/doctest.h>

using namespace invar;

namespace {

struct Source final : AckSource {
  void on_settled(AckRun&) override { ++settled; }
  int settled = 0;
};

}  // namespace

TEST_CASE("the ledger balances at every step of a line's way") {
  Ledger ledger;
  const LedgerAccountPtr account = ledger.open("loki.source.file.a", "/a.log", 0);
  const auto one = ledger.destination("loki.write.a", "one"), two = ledger.destination("loki.write.a", "two");
  CHECK(ledger.destination("loki.write.a", "one") == one);
  Source source;
  AckRun run;
  run.source = &source;
  run.account = account;
  const auto lines = [&] {
    const auto all = ledger.sources_of(0);
    REQUIRE(all.size() == 1);
    CHECK(all[0].balanced());
    CHECK(source.ledger.balanced());
    return all[0];
  };
  const DropReason noise = drop_reason("noise"), refused = drop_reason("refused");
  open_run(run, 10, 10);
  CHECK(lines().held == 10);
  settle(run, Settled::kDropped, 2, 2, noise);
  CHECK(lines().dropped.at("noise") == 2);
  CHECK_FALSE(run.shared);
  add_branch(run, 8, 8);
  CHECK(run.shared);
  arrive(run, one->id, 8);
  arrive(run, two->id, 8);
  close_run(run);
  CHECK(lines().held == 0);
  CHECK(lines().shares.at(one->id).memory == 8);
  settle(run, Settled::kDelivered, 8, 8, kNotDropped, one->id);
  settle(run, Settled::kQueued, 5, 5, kNotDropped, two->id);
  settle(run, Settled::kDropped, 1, 1, refused, two->id);
  settle(run, Settled::kReturned, 2, 2, kNotDropped, two->id);
  CHECK(source.settled == 1);
  CHECK(lines().shares.at(two->id).spill == 5);
  CHECK_FALSE(account->settled());
  account->left_spill(two->id, 4, kNotDropped);
  account->left_spill(two->id, 1, drop_reason("spill_full"));
  const auto end = lines();
  CHECK(end.read == 10);
  CHECK(end.copied == 8);
  CHECK(end.shares.at(one->id).delivered == 8);
  CHECK(end.shares.at(two->id).delivered == 4);
  CHECK(end.shares.at(two->id).dropped == std::map<std::string, uint64_t>{{"refused", 1}, {"spill_full", 1}});
  CHECK(end.shares.at(two->id).returned == 2);
  CHECK(account->settled());
}

TEST_CASE("a sink without a book counts as a destination of its own") {
  Ledger ledger;
  const auto account = ledger.open("s", "", 0);
  Source source;
  AckRun run;
  run.source = &source;
  run.account = account;
  open_run(run, 1, 3);
  close_run(run);
  settle(run, Settled::kDelivered, 1, 3);
  const auto lines = ledger.sources_of(0).front();
  CHECK(lines.balanced());
  CHECK(lines.shares.at(kNoDestination).delivered == 3);
}

TEST_CASE("accounts that are over are added up; their lines stay") {
  Ledger ledger;
  Source source;
  for (int i = 0; i < 300; ++i) {
    const auto account = ledger.open("loki.source.file.a", std::to_string(i), i % 2);
    AckRun run;
    run.source = &source;
    run.account = account;
    open_run(run, 1, 1);
    close_run(run);
    settle(run, Settled::kDelivered, 1, 1);
  }
  CHECK(ledger.sources_of(0).size() + ledger.sources_of(1).size() < 140);
  const auto sums = ledger.sources_by_component();
  REQUIRE(sums.size() == 1);
  CHECK(sums[0].read == 300);
  CHECK(sums[0].shares.at(kNoDestination).delivered == 300);
  CHECK(sums[0].balanced());
}
