#include "src/components/loki/source/file/line_feed.h"

#include <algorithm>
#include <cstring>

#include "src/components/loki/source/file/file_reader.h"

namespace invar::loki_source_file {

namespace {
constexpr uint64_t kForgetAfterMs = 600'000;  // an account nothing is read for
}

FileRun* RunKeeper::take(FileReader& reader, uint64_t begin, uint64_t end) {
  FileRun* run = free_;
  if (run) {
    free_ = run->next;
  } else {
    run = &all_.emplace_back();
    run->source = this;
  }
  ++outstanding_;
  run->reader = &reader;
  run->begin = begin;
  run->end = end;
  run->settled = false;
  run->returned = false;
  run->next = nullptr;
  return run;
}

void RunKeeper::give_back(FileRun& run) {
  run.reader = nullptr;
  run.account.reset();
  if (!run.marks.empty()) {
    invar::take_marks(run.marks, marks_);
    if (on_marks) on_marks();
  }
  run.next = free_;
  free_ = &run;
  if (--outstanding_ == 0 && on_idle) on_idle();
}

void RunKeeper::abandon() {
  abandoned_ = true;
  marks_.clear();
  for (FileRun& run : all_) run.reader = nullptr, run.marks.clear();
  // Runs that were settled but waited for earlier ones belong to nobody now; only those with open references will still be heard of.
  outstanding_ = 0;
  for (const FileRun& run : all_) outstanding_ += run.open > 0;
  if (outstanding_ == 0) delete this;
}

void RunKeeper::on_settled(AckRun& settled) {
  auto& run = static_cast<FileRun&>(settled);
  run.settled = true;
  if (abandoned_) {
    run.marks.clear();
    if (--outstanding_ == 0) delete this;
  } else if (run.reader) {
    run.reader->run_settled();
  } else {
    give_back(run);
  }
}

LineFeed::LineFeed(Lane& lane, Upstream& upstream)
    : lane_(lane), upstream_(upstream), fanout_(lane.index()), keeper_(RunKeeper::make()) {}

LineFeed::~LineFeed() {
  fanout_.forget(upstream_);
  keeper_->abandon();
}

std::span<char> LineFeed::buffer() {
  if (!buffer_) buffer_.reset(new char[kChunk + kPadding]);
  return {buffer_.get(), kChunk};
}

void LineFeed::send(FileReader& reader, uint64_t begin, uint64_t end) {
  const auto rows = static_cast<uint32_t>(batch_.rows.size());
  FileRun* run = keeper_->take(reader, begin, end);
  reader.add_run(*run);
  int64_t time = lane_.read_times(rows);
  for (LogRow& row : batch_.rows) {
    row.time_ns = time;
    row.created_ns = time++;
    row.ack = run;
  }
  if (ledger_) run->account = account_of(reader.path());
  open_run(*run, rows, rows);
  fanout_.send(std::move(batch_), upstream_);
  close_run(*run);
  batch_.clear();
}

const LedgerAccountPtr& LineFeed::account_of(const std::string& path) {
  const uint64_t now = lane_.loop().now_ms();
  Account& found = accounts_[path];
  found.used_ms = now;
  if (found.account) return found.account;
  found.account = ledger_->open(component_, path, lane_.index());
  if (accounts_.size() >= forget_at_) {
    // Paths that nothing was read from for a while are part of the component's sum; those that come again begin anew.
    std::erase_if(accounts_, [now](const auto& one) { return one.second.used_ms + kForgetAfterMs < now; });
    forget_at_ = std::max<size_t>(256, 2 * accounts_.size());
  }
  return accounts_.at(path).account;
}

}  // namespace invar::loki_source_file
