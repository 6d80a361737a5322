#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/components/loki/source/file/file_reader.h"
#include "src/components/loki/source/file/file_registry.h"
#include "src/components/loki/source/file/rotation.h"
#include "src/runtime/logger.h"
#include "src/telemetry/label_set.h"

namespace invar::loki_source_file {

class FileLane;
class PathFigures;

/// What Alloy's errors of files begin with that are there and cannot be read. They do not name the file.
constexpr std::string_view kCannotTail = "failed to tail the file: ";

/// What main shows of a trail (debug info). Shared by main and its lane.
struct TrailStatus {
  SharedText path;
  SharedText labels;  // `{a="b"}`
  std::atomic<bool> found{false};  // there was a file at the path
  std::atomic<bool> running{false};
  std::atomic<uint64_t> read_offset{0};
};

/// What a trail is to do: main's half of it.
struct TrailSpec {
  std::vector<std::pair<std::string, std::string>> labels;  // of the target, without `__` ones; sorted
  std::shared_ptr<TrailStatus> status;
};

/// Everything that ever appears at one target path, read with one set of labels: its generations, one after the other. A rotated generation is read
/// to its end before its successor, whenever and however often rotation happened; what is written to it late is still sent. Owned by its FileLane.
class Trail final : public FileReader::Owner {
 public:
  Trail(FileLane& lane, TrailSpec spec, std::shared_ptr<PathFigures> figures, bool first_sync);
  ~Trail() override;
  Trail(const Trail&) = delete;

  const SharedText& path() const override { return status_->path; }
  const SharedText& labels_text() const { return status_->labels; }

  /// Says that nothing is read any more; what was sent may still be settled.
  void stop();
  /// Other labels from the next line on; the position stays.
  void relabel(TrailSpec spec);
  /// The target is gone: read what is there now, then end.
  void end();
  /// The target is back before it was destroyed.
  void revive(TrailSpec spec);
  /// A file that appears from now on is new data, whatever tail_from_end says.
  void first_look_is_over() { first_sync_ = false; }
  bool ending() const { return ending_; }
  /// Nothing is left to do.
  bool ended() const;
  /// Ended, and kept for a while all the same: a target that is gone because its file was just renamed comes back, and what happened in between is not to be missed.
  void rest();
  bool is_resting() const { return resting_since_ms_ != 0; }
  /// Rested long enough: may be destroyed.
  bool is_over() const;

  /// Where does the path lead now? Opens new generations and holds them.
  void look();
  /// Reads a chunk. True: there is more at once.
  bool work();
  /// Periodic, while hot: look and see whether there is something to read.
  void tick();
  /// Seldom: has something changed that nobody told us of? True if so.
  bool has_changed();
  /// Is there nothing to do until something changes or what was sent is settled?
  bool can_rest() const;
  /// Closes the file, unless what was sent of it may have to be read again. At rest only.
  void close_settled();
  int current_fd() const;
  /// Where the file is: links followed. As of when its newest generation was opened.
  FilePlace place() const { return real_place_ ? *real_place_ : split_path(path().str()); }
  /// Read generations that nobody writes to any more are let go of.
  void retire_old();
  bool has_retired() const { return !retired_.empty(); }

  /// Deleted files that are held until they are read.
  /// In which order they are given up: first those that hold nothing unsent, then the oldest.
  struct GivenUp {
    bool loses = true;
    uint64_t id = UINT64_MAX;  // of the position
    friend auto operator<=>(const GivenUp&, const GivenUp&) = default;
  };
  struct Held {
    uint64_t bytes = 0;
    GivenUp first;
  };
  /// Looks which of the files that are no longer at the path were deleted. Seldom.
  Held look_for_deleted();
  struct Abandoned {
    uint64_t bytes = 0;
    uint64_t unsent = 0;  // of them: not known to have been delivered
  };
  /// Gives up the first deleted file.
  Abandoned abandon_deleted();

  /// For the lane's book-keeping.
  struct Schedule {
    bool hot = false;
    bool ready = false;
    bool waiting = false;  // for its turn to open or unpack a file
    bool polled = false;
    bool names_watched = false;  // all that matter
    bool written_name_watched = false;
    bool real_name_watched = false;
    int idle_ticks = 0;
    int file_watch = -1;
    uint32_t poll_ms = 0;
    uint64_t poll_at_ms = 0;
  } schedule;

  // For its readers.
  void position_moved(FileReader& reader) override;
  void content_changed(FileReader& reader) override;
  bool content_replaced(FileReader& reader, const Fingerprint& before, uint64_t offset) override;
  void returned_ranges(FileReader& reader) override;
  void line_too_long(FileReader& reader) override;
  size_t& live_unpackers() override;

  bool is_current(const FileReader& reader) const { return !generations_.empty() && generations_.back().get() == &reader; }

 private:
  using ReaderPtr = std::unique_ptr<FileReader>;
  struct DealtWith {
    FileIdentity identity;
    int64_t modified_ns = 0;
  };
  /// What is known at the start of the newest generation that was read before it.
  struct NewestRead {
    int64_t birth_ns = 0;     // 0: not known
    int64_t modified_ns = 0;  // 0: its file is not there under its inode
    int64_t alive_ns = 0;     // we, or Alloy, were still there
    bool is_current = false;  // it is at the path, with what was read of it or with other content
    bool precedes(const Neighbour& neighbour) const;
  };
  struct Beginning {  // of a file that was just opened
    std::string_view text;
    uint64_t size;    // of the content; the largest there is where that is not known
  };

  // Which generations there are: trail_generations.cpp.
  void note_at_path(FileId file);
  void went_away(FileReader& reader);
  void open_generation();
  Result<OpenedFile> open_packed_or_plain(const std::string& path, std::optional<Packing> packing);
  enum class Urgency : uint8_t { kInTurn, kNow };
  Result<OpenedFile> open_neighbour(const Neighbour& neighbour, Urgency urgency = Urgency::kInTurn);
  Result<Beginning> read_beginning(const OpenedFile& file, std::span<char> into) const;
  enum class ListingAge : uint8_t { kAny, kNew };
  std::vector<Neighbour> list_neighbours(ListingAge age = ListingAge::kAny);
  // Rotated away before the first look: trail_left_behind.cpp.
  std::vector<Position> left_behind(FileId current, const Beginning& beginning);
  bool adopt_left_behind(std::span<const Position> records, std::span<const Neighbour> neighbours, FileId current);
  bool adopt_record(const Position& record, std::span<const Neighbour> neighbours, std::vector<FileId>& found);
  // Whose positions.yml is: trail_import.cpp.
  bool ends_line(const OpenedFile& file, const Beginning& beginning, uint64_t offset) const;
  std::optional<uint64_t> doubtful_import(const OpenedFile& current, const Beginning& beginning);
  bool place_import(uint64_t offset, const OpenedFile& current, const Beginning& beginning, std::span<const Neighbour> neighbours);
  std::optional<Position> find_import(uint64_t offset, bool current_is_younger, std::span<const Neighbour> neighbours);
  bool adopt_between(std::span<const Neighbour> neighbours, FileId current);
  bool is_known(const FileIdentity& file) const;
  bool is_known_content(const Neighbour& neighbour, const OpenedFile& file, std::string_view beginning);
  ReaderPtr make_reader(OpenedFile file, const FileRegistry::Claim& claim, std::string_view beginning);
  void adopt(const Neighbour& neighbour, OpenedFile file, const Position* known);
  void adopt_copies(const Fingerprint& before, uint64_t offset);
  bool is_unseen(const Neighbour& neighbour, std::string_view beginning);
  void insert_copy(const Neighbour& neighbour, OpenedFile file, uint64_t offset, const Beginning& begins);
  const DealtWith* dealt_with_as(const FileIdentity& identity) const;
  void dealt_with(std::vector<Neighbour> neighbours);
  void forget_gone(std::span<const Neighbour> neighbours);
  void add_generation(ReaderPtr reader, bool at_path);
  FileReader* take_back(FileId file);
  void skip_if_asked(FileReader& reader, FileRegistry::Start start) const;
  bool may_skip(int64_t birth_ns) const;
  enum class Reopened : uint8_t { kYes, kGone, kLater };
  Reopened reopen(FileReader& reader);
  bool reopen_at(FileReader& reader, const std::string& path);
  bool replace_by_packed(FileReader& reader, std::span<const Neighbour> neighbours);
  Position position_of(const FileReader& reader) const;

  // Reading them: trail.cpp.
  bool finish_rotated(FileReader& front, bool has_successor);
  bool finish_packed(FileReader& front);
  void next_generation();
  bool continues(FileReader& front, FileReader& next);
  void read_late_lines();
  void release(FileReader& reader);
  void trouble(const Error& error);
  void no_trouble();
  void set_labels(const TrailSpec& spec);
  void log_trouble(const Error& error);
  /// As Alloy's tailer does.
  void log(LogLevel level, std::string_view message) const;
  void set_running(bool running);
  bool read(FileReader& reader);
  bool read_tail(FileReader& reader);
  void count(FileReader& reader, uint64_t lines, uint64_t size_before);
  bool look_into(FileReader& reader);
  uint64_t now_ms() const;

  FileLane& lane_;
  std::shared_ptr<TrailStatus> status_;
  std::shared_ptr<PathFigures> figures_;
  LabelSetPin labels_;
  std::unique_ptr<FilePlace> real_place_;  // null: as the path is written
  std::vector<ReaderPtr> generations_;     // front: being read; back: at the path (or was last)
  std::vector<ReaderPtr> retired_;         // read to their end
  std::vector<DealtWith> dealt_with_;      // rotated files that were there when the newest generation was opened
  std::unique_ptr<NewestRead> newest_read_;  // until the first generation at the path is opened; null: nothing was read before
  bool first_sync_;
  bool first_open_ = true;
  bool listed_ = false;  // dealt_with_ says what was there before the first look
  bool ending_ = false;
  bool broken_position_ = false;  // on_positions_file_error = skip
  bool running_ = false, stopped_ = false;
  bool in_trouble_ = false;
  uint64_t end_offset_ = UINT64_MAX;  // of the newest generation, when ending
  uint64_t missing_since_ms_ = 0;
  uint64_t resting_since_ms_ = 0;
  uint64_t begin_ms_ = 0;  // packed files wait for it
  FileId at_path_;         // none: the path leads nowhere
  // Listings count as made after an event when more had been made than these.
  uint64_t listings_before_file_ = 0;             // when at_path_ came there
  std::optional<uint64_t> listings_before_gone_;  // when the file of a closed reader was not where it had been
};

}  // namespace invar::loki_source_file
