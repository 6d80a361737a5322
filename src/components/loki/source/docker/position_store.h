#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/components/loki/shared/position_saver.h"
#include "src/components/loki/shared/positions_file.h"
#include "src/components/loki/source/docker/log_position.h"

namespace invar::loki_source_docker {

/// Keeps the positions behind which everything is settled, by container: in the component's positions.yml as Alloy has them (`cursor-<container>`, in seconds), and to
/// the line in a file beside it, which counts unless Alloy has gone on since. Works on the disk loop.
class PositionStore {
 public:
  static constexpr std::string_view kPositionsName = "positions.yml";
  static constexpr std::string_view kLinesName = "positions.lines.yml";
  /// How long the position of a container is kept that is no target any more.
  static constexpr uint64_t kKeptMs = 24 * 3600 * 1000;

  /// Reads what is there, on the caller's thread, blocking; changes nothing. Error: what is there cannot be read, and to begin without it would send everything again.
  static Result<std::shared_ptr<PositionStore>> open(Loop& disk, std::string directory, PositionSaver::Report report);
  /// As they were at open().
  const std::map<std::string, LogPosition>& positions() const { return opened_; }
  /// Remarks of open() for the log.
  const std::vector<std::string>& notes() const { return notes_; }

  struct Change {
    std::string container;
    LogPosition position;
  };
  // Any thread; in the order of the calls.
  /// These are the targets now, with the labels that Alloy's file names them by.
  void set_targets(std::map<std::string, std::string> labels_of_containers);
  /// `marks` are made in the step that notes these.
  void put(std::vector<Change> changes, CommitMarks marks);
  /// The container exists no more.
  void remove(std::string container);
  /// Calls `done` on the disk loop behind all of the above.
  void flush(std::function<void()> done) { saver_.flush(std::move(done)); }

 private:
  struct Entry {
    std::string labels;
    std::optional<LogPosition> position;
    std::optional<uint64_t> gone_ms;  // since when it is no target
  };
  PositionStore(Loop& disk, std::string directory, PositionSaver::Report report)
      : disk_(disk), directory_(std::move(directory)), saver_(disk, directory_, [this](const auto& make_marks) { return write(make_marks); }, std::move(report)) {}
  Result<void> load();
  std::string path(std::string_view name) const { return directory_ + "/" + std::string(name); }
  Result<void> write(const PositionSaver::MakeMarks& make_marks);

  Loop& disk_;
  const std::string directory_;
  std::map<std::string, LogPosition> opened_;
  std::vector<std::string> notes_;
  std::map<std::string, Entry> entries_;  // from open() on the disk loop's
  PositionSaver saver_;
};

/// What the two files together say, by container: ours unless Alloy's is later. Entries that make no sense are left out, and told in `notes`.
std::map<std::string, LogPosition> read_positions(const PositionMap& seconds, const PositionMap& lines, std::vector<std::string>& notes);

}  // namespace invar::loki_source_docker
