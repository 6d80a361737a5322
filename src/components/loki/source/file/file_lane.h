#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/file/file_reader.h"
#include "src/components/loki/source/file/line_feed.h"
#include "src/components/loki/source/file/position_store.h"
#include "src/components/loki/source/file/trail.h"
#include "src/components/loki/shared/troubles.h"
#include "src/components/loki/source/file/watcher.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"

namespace invar::loki_source_file {

enum class OnPositionsFileError : uint8_t { kRestartFromBeginning, kRestartFromEnd, kSkip };

/// What all lanes of a component share. Outlives the lane halves.
struct Shared {
  std::shared_ptr<PositionStore> store;
  std::shared_ptr<Troubles> troubles;
  Logger log;
  MetricScope& metrics;
  int64_t started_ns = 0;  // wall time
  Ledger* ledger = nullptr;
  std::string component_id;
};

struct LaneOptions {
  bool tail_from_end = false;
  OnPositionsFileError on_positions_file_error = OnPositionsFileError::kRestartFromBeginning;
  TextEncoding encoding = TextEncoding::kBytes;
  uint64_t tick_ms = 100;  // between looks at a file that is written to
  friend bool operator==(const LaneOptions&, const LaneOptions&) = default;
};

/// All readers that a path should have from now on; none: the target is gone.
struct PathTargets {
  std::string path;
  std::vector<TrailSpec> readers;
};

/// The series of one path; they vanish with the last reader of it.
class PathMetrics {
 public:
  PathMetrics(MetricScope& scope, std::string path) : scope_(scope), path_(std::move(path)) {}
  ~PathMetrics();
  PathMetrics(const PathMetrics&) = delete;
  void set_size(uint64_t bytes);
  /// `lines` were sent, up to `offset` of a file of `size` bytes.
  void add(uint64_t lines, uint64_t offset, uint64_t size);

 private:
  MetricScope& scope_;
  std::string path_;
  Counter* lines_ = nullptr;
  Gauge* read_ = nullptr;
  Gauge* total_ = nullptr;
};

/// The lane half: reads the files whose paths belong to this lane. One timer for all files that are being written to, one for seldom looks; files
/// at rest cost nothing but a watch. Made, used and destroyed on the lane.
class FileLane final : private Upstream {
 public:
  FileLane(Lane& lane, std::shared_ptr<Shared> shared, LaneOptions options);
  ~FileLane() override;

  void set_options(const LaneOptions& options) { options_ = options; }
  void set_receivers(std::vector<LogsReceiverPtr> receivers) { feed_.fanout().set_receivers(std::move(receivers)); }
  void set_targets(std::vector<PathTargets> targets, bool first_sync);
  /// Reads nothing more; calls `done` on the lane once everything sent is settled and handed to the store.
  void drain(std::function<void()> done);

  // For trails.
  Lane& lane() { return lane_; }
  LineFeed& feed() { return feed_; }
  FileRegistry& registry() { return shared_->store->registry(); }
  Shared& shared() { return *shared_; }
  const LaneOptions& options() const { return options_; }
  /// The component ends: positions of deleted files are kept as well.
  bool stopping() const { return stopping_; }
  bool can_read() const { return !feed_.paused() && !draining_; }
  uint64_t now_ms() { return lane_.loop().now_ms(); }
  PathMetrics& metrics_of(const std::string& path);
  std::vector<std::string> label_texts(const std::string& path) const;
  void mark_dirty(FileReader& reader);
  /// The reader is about to go: its last position is handed on.
  void clean(FileReader& reader);
  void define(FileReader& reader, const Trail& trail);
  void hide(const std::string& path, const std::string& labels);
  void forget(uint64_t id);
  void make_hot(Trail& trail);
  void make_ready(Trail& trail);
  void watch_path(Trail& trail);
  void gauge_active(double change) { active_.add(change); }
  /// The process has no file descriptor left: rest what can be rested.
  void close_idle();

 private:
  void resume() override;
  void set_path_targets(PathTargets& targets, bool first_sync);
  void work();
  void plan_work();
  void tick();
  void sweep();
  void look_at_all();
  void unwatch(Trail& trail);
  bool arm(Trail& trail);
  void check(Trail& trail);
  bool remove_if_ended(Trail* trail);
  void remove_ended();
  void plan_flush();
  void flush_positions();
  void check_drained();
  void watching_failed(const Error& error);

  Lane& lane_;
  std::shared_ptr<Shared> shared_;
  LaneOptions options_;
  LineFeed feed_;
  Gauge& active_;
  Watcher<Trail> watcher_;
  std::unordered_map<std::string, std::vector<std::unique_ptr<Trail>>> trails_;  // by path
  std::vector<Trail*> all_;
  std::unordered_map<std::string, std::unique_ptr<PathMetrics>> metrics_;
  std::vector<Trail*> hot_;
  std::deque<Trail*> ready_;
  std::vector<FileReader*> dirty_;
  PositionChanges changes_;
  size_t swept_ = 0;
  size_t polled_ = 0;
  bool work_planned_ = false;
  bool draining_ = false;
  bool stopping_ = false;
  bool told_of_limit_ = false;
  std::function<void()> drained_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Timer tick_timer_;
  Timer sweep_timer_;
  Timer flush_timer_;
};

}  // namespace invar::loki_source_file
