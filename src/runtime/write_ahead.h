#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/io/disk_queue_channel.h"
#include "src/runtime/component.h"

namespace invar {

/// A queue on disk in front of the pipeline, for sources whose senders do not send again (`--delivery.answer-after=write-ahead`): an item is answered once it is safe
/// (group fsync, within 20 ms on a disk that answers), handed on in order, and done once every destination has settled it. What was not done when the process ended is
/// handed on again by the next one. On one loop, the owner's.
class WriteAhead {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The item is safe, or (`error`) it is not, and the queue does not have it.
    virtual void answered(uint64_t item, const Error* error) = 0;
    /// The answer to want(), once for each; within want() or later. Also items of an earlier process, with numbers of their own.
    virtual void handed_on(uint64_t item, std::string payload) = 0;
  };
  /// `directory` belongs to this queue alone.
  WriteAhead(Loop& loop, NodeContext& context, std::string directory, Owner& owner);
  ~WriteAhead();

  /// The item's number; answered() follows.
  uint64_t put(std::string payload, uint64_t lines);
  /// Asks for the next item.
  void want();
  /// The item is not needed any more. `marks`: of the records its rows are in now; they are made in the step that forgets it, and so are those of all items that are
  /// done in one turn of the loop.
  void done(uint64_t item, CommitMarks marks = {});
  std::shared_ptr<const DiskQueueChannel::Report> report() const { return channel_->report(); }

 private:
  struct Item {
    uint64_t number = 0;
    uint64_t sequence = 0;  // on disk
    std::string payload;
    uint64_t lines = 0;
    bool held = false;  // it stays in memory until it is handed on
  };
  void opened(const Result<DiskQueue::Figures>& found, uint64_t next_sequence);
  void write(Item item);
  void committed(uint64_t sequence);
  void refused(const Error& error);
  void read(std::vector<DiskQueue::Record> records);
  void serve();
  void forget_done();

  Loop& loop_;
  Owner& owner_;
  std::unique_ptr<DiskQueueChannel> channel_;
  bool open_ = false;
  bool reading_ = false;
  bool wanted_ = false;
  uint64_t next_number_ = 1;
  uint64_t next_sequence_ = 1;
  std::deque<Item> early_;    // put before the queue was open
  std::deque<Item> writing_;  // not safe yet
  std::deque<Item> ready_;    // safe, and in memory
  uint64_t unread_ = 0;       // safe, and on disk only
  size_t memory_ = 0;         // bytes of held and ready payloads
  std::unordered_map<uint64_t, uint64_t> in_work_;  // handed on: number -> sequence
  std::vector<uint64_t> done_;                      // their sequences
  CommitMarks marks_;                               // of these
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace invar
