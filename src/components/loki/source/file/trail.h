#pragma once

#include <atomic>
#include <deque>
#include <memory>
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

/// What main shows of a trail (debug info). Shared by main and its lane.
struct TrailStatus {
  std::string path;
  std::string labels;  // `{a="b"}`
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
  Trail(FileLane& lane, std::string path, TrailSpec spec, bool first_sync);
  ~Trail() override;
  Trail(const Trail&) = delete;

  const std::string& path() const { return path_; }
  const std::string& labels_text() const { return status_->labels; }

  /// Says that nothing is read any more; what was sent may still be settled.
  void stop();
  /// Other labels from the next line on; the position stays.
  void relabel(TrailSpec spec);
  /// The target is gone: read what is there now, then end.
  void end();
  /// The target is back before that.
  void revive(TrailSpec spec);
  /// A file that appears from now on is new data, whatever tail_from_end says.
  void first_look_is_over() { first_sync_ = false; }
  bool ending() const { return ending_; }
  /// Nothing is left to do: may be destroyed.
  bool ended() const;

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
  /// Read generations that nobody writes to any more are let go of.
  void retire_old();
  bool has_retired() const { return !retired_.empty(); }
  size_t open_files() const;

  /// For the lane's book-keeping.
  struct Schedule {
    bool hot = false;
    bool ready = false;
    int idle_ticks = 0;
    int file_watch = -1;
    bool polled = false;
    bool names_watched = false;
    std::vector<FilePlace> watched_names;
  } schedule;
  // For its readers.
  void position_moved(FileReader& reader) override;
  void content_changed(FileReader& reader) override;
  void returned_ranges(FileReader& reader) override;
  void line_too_long(FileReader& reader) override;

  bool is_current(const FileReader& reader) const { return !generations_.empty() && generations_.back().get() == &reader; }

 private:
  void open_generation();
  void adopt_left_behind(std::span<const Neighbour> neighbours, FileId current, std::string_view beginning, uint64_t size);
  bool adopt_between(std::span<const Neighbour> neighbours, FileId current);
  void adopt(const Neighbour& neighbour, Fd fd, const Position* known);
  void settle_place(std::vector<Neighbour> neighbours);
  void add_generation(std::unique_ptr<FileReader> reader, bool at_path);
  FileReader* take_back(FileId file);
  void begin_reading(FileReader& reader, const FileRegistry::Claim& claim, std::string_view beginning, uint64_t size);
  bool may_skip(int fd) const;
  bool reopen(FileReader& reader);
  bool finish_rotated(FileReader& front, bool has_successor);
  void next_generation();
  bool continues(FileReader& front, FileReader& next);
  void read_late_lines();
  void release(FileReader& reader);
  void went_away(FileReader& reader);
  void trouble(const Error& error);
  void no_trouble();
  void set_labels(const TrailSpec& spec);
  void log_trouble(const Error& error);
  /// As Alloy's tailer does.
  void log(LogLevel level, std::string_view message) const;
  void running();
  bool read(FileReader& reader);
  bool read_tail(FileReader& reader);
  void count(FileReader& reader, uint64_t lines, uint64_t size_before);
  bool look_into(FileReader& reader);
  uint64_t now_ms() const;

  FileLane& lane_;
  std::string path_;
  FilePlace place_;  // where the file really is, links followed
  std::shared_ptr<TrailStatus> status_;
  LabelSetPin labels_;
  std::deque<std::unique_ptr<FileReader>> generations_;  // front: being read; back: at the path (or was last)
  std::vector<std::unique_ptr<FileReader>> retired_;     // read to their end
  std::vector<Neighbour> neighbours_;                    // rotated files that were there when the newest generation was opened: dealt with
  bool first_sync_;
  bool first_open_ = true;
  bool listed_ = false;  // neighbours_ says what was there before the first look
  bool ending_ = false;
  bool broken_position_ = false;  // on_positions_file_error = skip
  bool running_ = false, stopped_ = false;
  bool in_trouble_ = false;
  uint64_t end_offset_ = UINT64_MAX;  // of the newest generation, when ending
  uint64_t missing_since_ms_ = 0;
};

}  // namespace invar::loki_source_file
