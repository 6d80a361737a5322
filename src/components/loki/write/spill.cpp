#include "src/components/loki/write/spill.h"

#include <algorithm>

#include "src/base/check.h"
#include "src/components/loki/write/spill_record.h"

namespace invar::loki_write {

Spill::Spill(Place place, DiskQueue::Options options, CommitPace pace, Owner& owner) : place_(place), owner_(owner) {
  channel_ = std::make_unique<DiskQueueChannel>(
      place_.owner_loop, place_.disk_loop, place_.files, place_.clock, std::move(options), pace,
      DiskQueueChannel::Events{
          [this](const auto& found, uint64_t next_sequence) {
            open_ = true;
            next_sequence_ = next_sequence;
            if (found) {
              unread_ = found->unread.records;
              lines_ = resumed_lines_ = found->unread.lines;
            }
            owner_.spill_opened(found ? std::nullopt : std::optional(found.error()));
          },
          [this](uint64_t sequence) { committed(sequence); },
          [this](const Error& error) {
            stalled_ = true;
            for (Write& write : writes_) write.posted = false;
            for (Write& write : writes_)
              if (write.held) settle_unwritten(write);
            std::erase_if(writes_, [](const Write& write) { return write.batch.entries == 0; });
            owner_.spill_refused(error);
          },
          [this](auto records) { read(std::move(records)); },
          [this](const DiskQueue::Loss& loss, auto reason) { lost(loss, reason); },
          [this] { owner_.spill_room(); },
      });
}

namespace {

uint64_t lines_of(const Piece& piece) {
  uint64_t sum = 0;
  for_each_stretch(piece, [&sum](const Fragment::Stretch&, uint32_t, uint64_t lines) { sum += lines; });
  return sum;
}

}  // namespace

uint64_t Spill::writing_lines() const {
  uint64_t lines = 0;
  for (const Write& write : writes_) {
    lines += write.batch.lines;
    for (const auto& [piece, reason] : write.finished) lines -= lines_of(piece);
  }
  return lines;
}

void Spill::post(Write& write) {
  DiskQueueChannel::Append record = spill_record(write.batch, place_.epoch);
  record.sequence = write.sequence;
  record.held = write.held;
  write.posted = true;
  write.marked_late = record.marked_late;
  channel_->append(std::move(record));
}

void Spill::put(Batch batch) {
  INVAR_CHECK(open_ && batch.entries > 0 && !batch.is_spilled());
  batch.body.reset();
  for (Batch& part : batches_of_records(std::move(batch))) {
    Write& write = writes_.emplace_back();
    write.sequence = next_sequence_++;
    write.batch = std::move(part);
    if (!stalled_) post(write);
  }
}

void Spill::hold(Batch& batch) {
  INVAR_CHECK(open_ && batch.entries > 0 && !batch.is_spilled());
  Batch sent;
  for (Batch& part : batches_of_records(batch)) {
    Write& write = writes_.emplace_back();
    write.sequence = next_sequence_++;
    write.held = true;
    const FragmentPtr copy = spilled_copy(part);
    copy->record = write.sequence;
    in_work_[write.sequence] = {part.entries, copy->bytes.size()};
    bytes_in_work_ += copy->bytes.size();
    write.batch = std::move(part);
    sent.add_whole(copy);
    if (!stalled_) post(write);
  }
  batch.pieces = std::move(sent.pieces);
}

Spill::Write* Spill::find_write(uint64_t sequence) {
  const auto found = std::lower_bound(writes_.begin(), writes_.end(), sequence, [](const Write& write, uint64_t s) { return write.sequence < s; });
  return found == writes_.end() || found->sequence != sequence ? nullptr : &*found;
}

void Spill::committed(uint64_t sequence) {
  while (!writes_.empty() && writes_.front().sequence <= sequence) {
    Write write = std::move(writes_.front());
    writes_.pop_front();
    lines_ += write.batch.lines;
    unread_ += write.held ? 0 : 1;
    owner_.spill_committed(std::move(write.batch), write.marked_late ? channel_->mark_of(write.sequence) : nullptr);
    for (const auto& [piece, reason] : write.finished) leave(piece, reason);
    if (write.held && !in_work_.contains(write.sequence)) channel_->done(write.sequence);
  }
  owner_.spill_advanced();
}

void Spill::read_more(size_t bytes) {
  reading_ = true;
  channel_->read(bytes);
}

void Spill::read(std::vector<DiskQueue::Record> records) {
  reading_ = false;
  std::vector<FragmentPtr> fragments;
  unread_ -= std::min<uint64_t>(unread_, records.size());
  if (records.empty()) unread_ = 0;
  for (DiskQueue::Record& record : records) {
    auto fragment = read_spill_record(std::move(record.payload), record.label, place_.epoch);
    if (!fragment) {
      lines_ -= record.lines;
      channel_->done(record.sequence);
      owner_.spill_lost({1, record.entries, record.lines}, drop_reason("spill_corrupt"));
      continue;
    }
    (*fragment)->record = record.sequence;
    in_work_[record.sequence] = {static_cast<uint32_t>((*fragment)->entries.size()), (*fragment)->bytes.size()};
    bytes_in_work_ += (*fragment)->bytes.size();
    fragments.push_back(std::move(*fragment));
  }
  owner_.spill_read(std::move(fragments));
}

void Spill::finish(const Batch& batch, DropReason reason) {
  for (const Piece& piece : batch.pieces) {
    const uint64_t sequence = piece.fragment->record;
    const auto work = in_work_.find(sequence);
    INVAR_CHECK(work != in_work_.end() && work->second.left >= piece.size());
    work->second.left -= piece.size();
    const bool whole = work->second.left == 0;
    if (whole) {
      bytes_in_work_ -= work->second.bytes;
      in_work_.erase(work);
    }
    if (Write* write = find_write(sequence)) {
      // Not safe yet: it counts as spilled once it is, or as never written.
      write->finished.emplace_back(piece, reason);
      if (!write->posted) {
        settle_unwritten(*write);
        std::erase_if(writes_, [](const Write& w) { return w.batch.entries == 0; });
      }
      continue;
    }
    leave(piece, reason);
    if (whole) channel_->done(sequence);
  }
}

/// Lines of records that are on disk and done with.
void Spill::leave(const Piece& piece, DropReason reason) {
  lines_ -= lines_of(piece);
  std::vector<SpillExit> exits;
  for_each_stretch(piece, [&](const Fragment::Stretch& stretch, uint32_t, uint64_t lines) {
    if (stretch.account == 0) return;
    const auto known = std::find_if(exits.begin(), exits.end(), [&](const SpillExit& exit) { return exit.account->id() == stretch.account; });
    if (known != exits.end()) {
      known->lines += lines;
    } else if (auto account = place_.ledger.find(stretch.account)) {
      exits.push_back({std::move(account), lines, reason, place_.destination});
    }
  });
  if (!exits.empty()) owner_.spill_left(std::move(exits));
}

/// A held batch that is not on disk: what is done of it was never spilled.
void Spill::settle_unwritten(Write& write) {
  for (const auto& [piece, reason] : std::exchange(write.finished, {})) {
    // The copy has the entries of the original, in its order, but for those that were settled before.
    if (write.numbers.empty())
      for (uint32_t i = 0; i < write.batch.entries; ++i) write.numbers.push_back(i);
    const auto is_done = [first = piece.first, last = piece.last](uint32_t number) { return number >= first && number < last; };
    size_t at = 0;
    Batch settled = write.batch.separate([&](const FragmentPtr&, uint32_t) { return is_done(write.numbers[at++]); });
    std::erase_if(write.numbers, is_done);
    if (settled.entries > 0) owner_.spill_not_needed(std::move(settled), reason);
  }
}

void Spill::lost(const DiskQueue::Loss& loss, DiskQueueChannel::Reason why) {
  unread_ -= std::min(unread_, loss.tally.records);
  lines_ -= std::min(lines_, loss.tally.lines);
  const DropReason reason = drop_reason(why == DiskQueueChannel::Reason::kCorrupt ? "spill_corrupt" : why == DiskQueueChannel::Reason::kExpired ? "spill_expired" : "spill_full");
  std::vector<SpillExit> exits;
  for (const std::string& label : loss.labels)
    for (const SpillShare& share : read_spill_label(label, place_.epoch))
      if (auto account = share.account ? place_.ledger.find(share.account) : nullptr) exits.push_back({std::move(account), share.lines, reason, place_.destination});
  if (!exits.empty()) owner_.spill_left(std::move(exits));
  owner_.spill_lost(loss.tally, reason);
}

void Spill::retry() {
  stalled_ = false;
  for (Write& write : writes_)
    if (!write.posted) post(write);
}

std::deque<Batch> Spill::give_back() {
  std::deque<Batch> batches;
  std::deque<Write> kept;
  for (Write& write : writes_) {
    if (write.held || write.posted) kept.push_back(std::move(write));
    else batches.push_back(std::move(write.batch));
  }
  writes_ = std::move(kept);
  return batches;
}

Batch Spill::drop_front() {
  const auto first = std::find_if(writes_.begin(), writes_.end(), [](const Write& write) { return !write.held && !write.posted; });
  if (first == writes_.end()) return {};
  Batch batch = std::move(first->batch);
  writes_.erase(first);
  return batch;
}

std::deque<Batch> Spill::abandon() {
  std::deque<Batch> batches;
  for (Write& write : writes_) batches.push_back(std::move(write.batch));
  writes_.clear();
  return batches;
}

}  // namespace invar::loki_write
