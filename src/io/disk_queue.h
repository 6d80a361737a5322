#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "src/base/clock.h"
#include "src/io/disk_files.h"
#include "src/io/disk_segment.h"

namespace invar {

/// A first-in, first-out queue of records in checksummed files that outlives the process: kill -9 at any time loses nothing that was committed. It is bounded in bytes
/// and age. What is torn or damaged is found, counted and stepped over; the order of the rest stays. Nothing is made on disk before the first record, and nothing is
/// left when the queue is empty.
///
/// Every call may block: for the disk thread. Not thread-safe.
class DiskQueue {
 public:
  struct Options {
    std::string directory;
    uint64_t max_bytes = 1u << 30;  // on disk, all files together
    int64_t max_age_ms = 0;         // since a record was written; 0: any age
    uint64_t segment_bytes = 0;     // size at which a new file is begun; 0: fitting max_bytes
    double reserved_share = 0.05;   // of the file system that is left to others, at most kMaxReserved
  };
  static constexpr uint64_t kMaxReserved = 1u << 30;
  static constexpr size_t kMaxLabel = UINT16_MAX;

  struct Tally {
    uint64_t records = 0, entries = 0, lines = 0;
    friend bool operator==(const Tally&, const Tally&) = default;
  };
  struct Append {
    uint64_t sequence = 0;  // larger than that of all before
    uint8_t flags = 0;      // disk_segment::RecordHeader
    uint16_t label = 0;     // so many bytes of the payload say whose it is: told again when the record is thrown away unread
    uint32_t entries = 0;
    uint64_t lines = 0;
    bool held = false;      // whoever appends it works on it already: it is not read again, and done() is called for it
    std::span<const std::string_view> payload;  // its parts
    bool marked_late = false;  // one that its source would send again: that it is committed the next process learns by mark(), not by commit()
  };
  struct Record {
    uint64_t sequence = 0;
    uint32_t entries = 0;
    uint64_t lines = 0;
    int64_t written_ms = 0;
    size_t label = 0;  // bytes of the payload
    std::string payload;
    std::string_view label_text() const { return std::string_view(payload).substr(0, label); }
    std::string_view content() const { return std::string_view(payload).substr(label); }
  };
  /// Records that were thrown away, and their labels.
  struct Loss {
    Tally tally;
    std::vector<std::string> labels;
  };
  /// Things that went wrong, since the queue was made.
  struct Damage {
    Tally corrupt;               // records whose bytes were not what had been written
    uint64_t skipped_bytes = 0;  // stretches without a readable record
    uint64_t torn_bytes = 0;     // left by a write that a crash cut off: nobody was told that it was committed
    Tally repeated;              // not committed when the process was killed; their sources send them again
    uint64_t errors = 0;         // calls that failed while reading or marking
  };
  struct Figures {
    uint64_t bytes = 0;  // on disk
    Tally unread;        // committed, neither read nor done
    Tally held;          // read or appended as held, not done
    size_t segments = 0;
    int64_t oldest_ms = 0;  // when the oldest record that is not done was written; 0: none
    uint64_t reading = 0;   // number of the file that is read
    uint64_t removed = 0;   // number of the last one that was removed, and the bytes of all of them
    uint64_t removed_bytes = 0;
  };

  DiskQueue(DiskFiles& files, const Clock& clock, Options options);
  ~DiskQueue();
  DiskQueue(const DiskQueue&) = delete;

  /// Takes over what an earlier process left. Files it cannot read are left alone, and counted as errors.
  Result<void> open();
  /// The sequence number for the next record, after open().
  uint64_t next_sequence() const { return last_sequence_ + 1; }
  /// Writes a record; it is safe only after commit(). Reasons of an error: full (max_bytes), no_space, io, ... Nothing is changed then.
  Result<void> append(const Append& record);
  /// All records appended so far are on disk when this returns. On an error those behind committed_sequence() are not part of the queue: append them anew.
  Result<void> commit();
  uint64_t committed_sequence() const { return committed_sequence_; }
  /// Of a committed record that was appended as `marked_late`: it counts for the next process too.
  Result<void> mark(uint64_t sequence);
  /// All of these.
  Result<void> mark_all();
  /// The next record that is committed and has not been read; nullopt when there is none.
  std::optional<Record> read();
  /// A record that was read, or appended as held, is not needed any more, also after a crash.
  void done(uint64_t sequence);
  /// Throws away the records of the oldest file that have not been read. What went; nothing when there is nothing.
  Loss drop_oldest();
  /// Throws away what is too old.
  Loss expire();

  Figures figures() const;
  const Damage& damage() const { return damage_; }

 private:
  struct Segment;
  struct Found;
  struct Held {
    uint64_t segment = 0;
    uint64_t at = 0;
    Tally tally;
  };

  struct Place {
    uint64_t segment = 0;
    uint64_t at = 0;
  };

  std::string path_of(uint64_t number) const;
  uint64_t segment_limit() const;
  Result<void> adopt(uint64_t number);
  void take_stock(Segment& segment, uint64_t committed, bool known);
  std::optional<Found> find(Segment& segment, uint64_t from, uint64_t end);
  std::string_view peek(Segment& segment, uint64_t at, size_t size, uint64_t end, size_t block);
  bool load(Segment& segment, const Found& found, std::string& payload);
  Result<void> open_file_of(Segment& segment);
  Result<Segment*> segment_for(uint64_t bytes);
  Result<void> check_room(uint64_t bytes);
  Result<void> write_state(Segment& segment, uint64_t at, std::string_view state);
  void mark_done(Segment& segment, uint64_t at, uint64_t sequence);
  Result<void> commit(Segment& segment);
  void roll_back(Segment& segment);
  Segment* segment_numbered(uint64_t number);
  void drop(Segment& segment, Loss& loss);
  void remove_finished();
  int64_t now_ms() const { return clock_.wall_ns() / 1'000'000; }
  int64_t steady_ms() const { return clock_.steady_ns() / 1'000'000; }

  DiskFiles& files_;
  const Clock& clock_;
  Options options_;
  uint64_t boot_ = 0;
  std::deque<Segment> segments_;  // by number
  uint64_t last_number_ = 0;
  uint64_t last_sequence_ = 0;
  uint64_t committed_sequence_ = 0;
  uint64_t bytes_ = 0;
  uint64_t removed_ = 0, removed_bytes_ = 0;
  std::unordered_map<uint64_t, Held> held_;  // by sequence
  std::map<uint64_t, Place> unmarked_;       // by sequence
  uint64_t cursor_number_ = 0;               // segment that is read
  uint64_t cursor_at_ = 0;
  std::string buffer_;  // bytes of a segment from buffer_at_ on
  uint64_t buffer_number_ = 0, buffer_at_ = 0;
  int64_t looked_at_space_ns_ = 0;
  bool space_short_ = false;
  Damage damage_;
};

inline DiskQueue::Tally& operator+=(DiskQueue::Tally& sum, const DiskQueue::Tally& more) {
  sum.records += more.records, sum.entries += more.entries, sum.lines += more.lines;
  return sum;
}
inline DiskQueue::Tally& operator-=(DiskQueue::Tally& rest, const DiskQueue::Tally& less) {
  rest.records -= less.records, rest.entries -= less.entries, rest.lines -= less.lines;
  return rest;
}

}  // namespace invar
