#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/base/commit_mark.h"
#include "src/io/disk_queue.h"
#include "src/io/loop.h"

namespace invar {

/// When the records appended so far are made safe: `every_ms` after the last time, or at once when they are many.
struct CommitPace {
  uint64_t every_ms = 0;
  uint64_t at_bytes = UINT64_MAX;
};

/// A DiskQueue on the disk thread, as another loop uses it: nothing here blocks. Records that are appended close together are committed by one fdatasync.
/// Made, used and destroyed on the owner's loop, where its events come too.
class DiskQueueChannel {
 public:
  /// The bytes of a record: `head`, then `rest`, which `keeps` keeps alive until they are written.
  struct Payload {
    std::string head;
    std::vector<std::string_view> rest;
    std::shared_ptr<const void> keeps;
  };
  struct Append {
    uint64_t sequence = 0;
    uint8_t flags = 0;
    uint16_t label = 0;  // bytes of `head`
    uint32_t entries = 0;
    uint64_t lines = 0;
    bool held = false;
    bool marked_late = false;  // mark_of() says when
    Payload payload;
  };
  enum class Reason : uint8_t { kCorrupt, kDropped, kExpired };
  struct Events {
    /// Once, first: what an earlier process left, and the sequence number that the first append has. An error: nothing could be read; appends may still work.
    std::function<void(Result<DiskQueue::Figures>, uint64_t next_sequence)> opened;
    /// All appends up to this one are safe.
    std::function<void(uint64_t sequence)> committed;
    /// What was appended and not committed is not in the queue: to be appended again, when there is hope.
    std::function<void(const Error&)> refused;
    /// The answer to read(); empty when there was nothing.
    std::function<void(std::vector<DiskQueue::Record>)> read;
    /// Records that will never be read.
    std::function<void(const DiskQueue::Loss&, Reason)> lost;
    /// An append was refused for want of room, and now there is some.
    std::function<void()> room;
  };

  /// `files` outlives the disk loop.
  DiskQueueChannel(Loop& owner, Loop& disk, DiskFiles& files, const Clock& clock, DiskQueue::Options options, CommitPace pace, Events events);
  ~DiskQueueChannel();
  DiskQueueChannel(const DiskQueueChannel&) = delete;

  void append(Append record);
  /// Asks for records of about so many bytes, at least one if there is one.
  void read(size_t bytes);
  /// These are not needed any more. `marks`, of records of other queues that their content has moved to, are made in the same step.
  void done(std::vector<uint64_t> sequences, CommitMarks marks = {});
  void done(uint64_t sequence) { done(std::vector{sequence}); }
  /// Of a committed record that was appended as `marked_late`. May be held by any thread, and outlive this.
  CommitMarkPtr mark_of(uint64_t sequence) const;
  /// Throws the oldest unread records away; answered by lost(), also when nothing went.
  void drop_oldest();

  /// As of the last call on disk. Any thread.
  DiskQueue::Figures figures() const;
  DiskQueue::Damage damage() const;
  /// For metrics, which may outlive the channel.
  struct Report {
    mutable std::mutex mutex;
    DiskQueue::Figures figures;
    DiskQueue::Damage damage;
    uint64_t max_bytes = 0;
  };
  std::shared_ptr<const Report> report() const { return report_; }

 private:
  struct OnDisk;
  class Mark;
  void post(std::function<void(OnDisk&)> work);
  Loop& owner_;
  Loop& disk_;
  std::shared_ptr<Report> report_ = std::make_shared<Report>();
  std::shared_ptr<Events> events_;
  std::shared_ptr<std::unique_ptr<OnDisk>> on_disk_;
  uint64_t epoch_ = 0;
};

}  // namespace invar
