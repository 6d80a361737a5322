#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "src/components/loki/write/batch.h"
#include "src/components/loki/write/encoder.h"
#include "src/io/disk_queue_channel.h"

namespace invar::loki_write {

/// What of an endpoint's queue is on disk, as the delivery loop sees it: batches that are being written, their number and lines once they are, and the fragments that
/// were read back and are being sent. A record is done when all its entries are.
class Spill {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Once: what an earlier process left has been counted.
    virtual void spill_opened(const std::optional<Error>& error) = 0;
    /// The batch is safe on disk. `mark`: for its sources to keep; null: it is made.
    virtual void spill_committed(Batch batch, CommitMarkPtr mark) = 0;
    /// After all batches of one commit.
    virtual void spill_advanced() = 0;
    /// What was put could not be written: it waits in here, until retry(), or give_back().
    virtual void spill_refused(const Error& error) = 0;
    /// A held batch that was done with before it could be written: a part of it and what became of that.
    virtual void spill_not_needed(Batch part, DropReason reason) = 0;
    /// Answer to read_more(): fragments whose `record` is set, in order; none when there was nothing to read.
    virtual void spill_read(std::vector<FragmentPtr> fragments) = 0;
    /// Records that will never be sent.
    virtual void spill_lost(const DiskQueue::Tally& tally, DropReason reason) = 0;
    /// Lines of accounts that have left.
    virtual void spill_left(std::vector<SpillExit> exits) = 0;
    virtual void spill_room() = 0;
  };
  struct Place {
    Loop& owner_loop;
    Loop& disk_loop;
    DiskFiles& files;
    const Clock& clock;
    const Ledger& ledger;
    DestinationId destination;
    uint64_t epoch;  // of this process
  };
  Spill(Place place, DiskQueue::Options options, CommitPace pace, Owner& owner);

  bool open() const { return open_; }
  /// The last write was refused: what is put waits for retry().
  bool stalled() const { return stalled_; }
  /// Writes a batch of memory.
  void put(Batch batch);
  /// The same for one that is being sent: it is replaced by what will be on disk.
  void hold(Batch& batch);
  /// Records that can be read; lines that are safe here and not done, those in work among them.
  uint64_t unread() const { return unread_; }
  uint64_t lines() const { return lines_; }
  /// Lines of an earlier process.
  uint64_t resumed_lines() const { return resumed_lines_; }
  /// Batches that are not safe yet.
  bool writing() const { return !writes_.empty(); }
  uint64_t writing_lines() const;
  bool reading() const { return reading_; }
  /// Bytes of fragments that were read and are not done.
  uint64_t bytes_in_work() const { return bytes_in_work_; }
  void read_more(size_t bytes);
  /// Entries of records are done with.
  void finish(const Batch& batch, DropReason reason);

  // After a refusal.
  /// Tries to write everything again that is not safe.
  void retry();
  /// Batches that were not written and are not being sent, in order.
  std::deque<Batch> give_back();
  /// The oldest of these; empty when there is none.
  Batch drop_front();
  /// Everything that is not safe, held ones too.
  std::deque<Batch> abandon();
  void drop_oldest() { channel_->drop_oldest(); }

  std::shared_ptr<const DiskQueueChannel::Report> report() const { return channel_->report(); }

 private:
  struct Write {
    uint64_t sequence = 0;
    Batch batch;
    bool held = false;
    bool posted = false;
    bool marked_late = false;
    std::vector<std::pair<Piece, DropReason>> finished;  // of a held one, pieces of its copy
    std::vector<uint32_t> numbers;  // of the entries that are left in `batch`, in the copy; empty: all of them
  };
  struct InWork {
    uint32_t left = 0;  // entries
    uint64_t bytes = 0;
  };
  void post(Write& write);
  void committed(uint64_t sequence);
  void read(std::vector<DiskQueue::Record> records);
  void lost(const DiskQueue::Loss& loss, DiskQueueChannel::Reason reason);
  void leave(const Piece& piece, DropReason reason);
  void settle_unwritten(Write& write);
  Write* find_write(uint64_t sequence);

  Place place_;
  Owner& owner_;
  std::unique_ptr<DiskQueueChannel> channel_;
  bool open_ = false;
  bool reading_ = false;
  bool stalled_ = false;
  uint64_t next_sequence_ = 1;
  std::deque<Write> writes_;
  std::unordered_map<uint64_t, InWork> in_work_;  // by record
  uint64_t bytes_in_work_ = 0;
  uint64_t unread_ = 0;
  uint64_t lines_ = 0;
  uint64_t resumed_lines_ = 0;
};

}  // namespace invar::loki_write
