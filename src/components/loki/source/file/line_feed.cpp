#include "src/components/loki/source/file/line_feed.h"

#include <cstring>

#include "src/components/loki/source/file/file_reader.h"

namespace invar::loki_source_file {

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
  run.next = free_;
  free_ = &run;
  if (--outstanding_ == 0 && on_idle) on_idle();
}

void RunKeeper::abandon() {
  abandoned_ = true;
  for (FileRun& run : all_) run.reader = nullptr;
  // Runs that were settled but waited for earlier ones belong to nobody now; only those with open references will still be heard of.
  outstanding_ = 0;
  for (const FileRun& run : all_) outstanding_ += run.open > 0;
  if (outstanding_ == 0) delete this;
}

void RunKeeper::on_settled(AckRun& settled) {
  auto& run = static_cast<FileRun&>(settled);
  run.settled = true;
  if (abandoned_) {
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
  open_run(*run, rows, rows);
  fanout_.send(std::move(batch_), upstream_);
  close_run(*run);
  batch_.clear();
}

}  // namespace invar::loki_source_file
