#include "src/telemetry/ack.h"

#include <deque>
#include <mutex>
#include <string>

#include "src/base/check.h"
#include "src/telemetry/ledger.h"

namespace invar {
namespace {

/// Words live in a deque: their bytes never move, so views of them stay good.
struct ReasonTable {
  std::mutex mutex;
  std::deque<std::string> words{""};
};
ReasonTable& reason_table() {
  static ReasonTable table;
  return table;
}

void finish_if_settled(AckRun& run) {
  if (run.open == 0) run.source->on_settled(run);
}

}  // namespace

DropReason drop_reason(std::string_view word) {
  ReasonTable& table = reason_table();
  const std::lock_guard lock(table.mutex);
  for (size_t i = 1; i < table.words.size(); ++i)
    if (table.words[i] == word) return static_cast<DropReason>(i);
  INVAR_CHECK(table.words.size() < UINT16_MAX);
  table.words.emplace_back(word);
  return static_cast<DropReason>(table.words.size() - 1);
}

std::string_view drop_reason_word(DropReason reason) {
  ReasonTable& table = reason_table();
  const std::lock_guard lock(table.mutex);
  INVAR_CHECK(reason < table.words.size());
  return table.words[reason];
}

void open_run(AckRun& run, uint32_t rows, uint64_t lines) {
  INVAR_CHECK(run.open == 0);
  run.open = rows + 1;
  run.returned = run.shared = false;
  AckSource::Ledger& ledger = run.source->ledger;
  ledger.read += lines;
  ledger.entered += lines;
  ledger.in_flight += lines;
  if (run.account) run.account->read(lines);
}

void close_run(AckRun& run) {
  INVAR_CHECK(run.open > 0);
  --run.open;
  finish_if_settled(run);
}

void add_references(AckRun& run, uint32_t rows, uint64_t lines) {
  run.open += rows;
  run.source->ledger.entered += lines;
  run.source->ledger.in_flight += lines;
  if (run.account) run.account->copied(lines);
}

void add_branch(AckRun& run, uint32_t rows, uint64_t lines) {
  run.shared = true;
  add_references(run, rows, lines);
}

void arrive(AckRun& run, DestinationId destination, uint64_t lines) {
  if (run.account) run.account->arrived(destination, lines);
}

void settle(AckRun& run, Settled outcome, uint32_t rows, uint64_t lines, DropReason reason, DestinationId destination) {
  INVAR_CHECK(run.open >= rows);
  AckSource::Ledger& ledger = run.source->ledger;
  ledger.in_flight -= lines;
  switch (outcome) {
    case Settled::kDelivered: ledger.delivered += lines; break;
    case Settled::kQueued: ledger.queued += lines; break;
    case Settled::kDropped: ledger.dropped += lines; break;
    case Settled::kReturned: ledger.returned += lines, run.returned = true; break;
  }
  if (run.account) run.account->settled(outcome, lines, reason, destination);
  run.open -= rows;
  finish_if_settled(run);
}

void join(AckRun& run) {
  INVAR_CHECK(run.open > 0);
  --run.open;
  finish_if_settled(run);
}

}  // namespace invar
