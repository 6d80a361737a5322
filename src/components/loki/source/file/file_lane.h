#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/loki/source/file/file_reader.h"
#include "src/components/loki/source/file/line_feed.h"
#include "src/components/loki/source/file/path_figures.h"
#include "src/components/loki/source/file/position_store.h"
#include "src/components/loki/source/file/rotation.h"
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
  std::shared_ptr<FiguresTable> figures;
  Logger log;
  MetricScope& metrics;
  int64_t started_ns = 0;           // wall time
  uint64_t held_deleted_limit = 0;  // bytes
  Ledger* ledger = nullptr;
  std::string component_id;
  std::atomic<uint64_t> held_deleted{0};
  std::atomic<size_t> waiting{0};  // trails that want to open a file and may not
  std::atomic<bool> told_of_watch_limit{false};
  std::atomic<bool> told_of_open_limit{false};
};

struct LaneOptions {
  bool tail_from_end = false;
  OnPositionsFileError on_positions_file_error = OnPositionsFileError::kRestartFromBeginning;
  TextEncoding encoding = nullptr;
  std::string encoding_error;  // why files cannot be read
  std::optional<Packing> packing;
  uint64_t initial_delay_ms = 0;  // of packed files
  uint64_t tick_ms = 50;          // between looks at a file that is written to
  uint32_t min_poll_ms = 250;     // between looks at a file that cannot be watched; rarer while nothing changes
  uint32_t max_poll_ms = 250;
  friend bool operator==(const LaneOptions&, const LaneOptions&) = default;
};

/// All readers that a path should have from now on; none: the target is gone.
struct PathTargets {
  SharedText path;
  std::vector<TrailSpec> readers;
};

/// The lane half: reads the files whose paths belong to this lane. One timer for all files that are being written to, one for seldom looks; files
/// at rest cost nothing but a watch. Made, used and destroyed on the lane.
class FileLane final : private Upstream {
 public:
  FileLane(Lane& lane, std::shared_ptr<Shared> shared, LaneOptions options);
  ~FileLane() override;

  void set_options(const LaneOptions& options);
  void set_receivers(std::vector<LogsReceiverPtr> receivers) { feed_.fanout().set_receivers(std::move(receivers)); }
  void set_targets(std::vector<PathTargets> targets, bool first_sync);
  /// Reads nothing more; calls `done` on the lane once everything sent is settled and handed to the store.
  void drain(std::function<void()> done);

  // For trails.
  Lane& lane() { return lane_; }
  LineFeed& feed() { return feed_; }
  FileRegistry& registry() { return shared_->store->registry(); }
  DirectoryListings& listings() { return listings_; }
  Shared& shared() { return *shared_; }
  const LaneOptions& options() const { return options_; }
  /// The component ends: positions of deleted files are kept as well.
  bool stopping() const { return stopping_; }
  bool can_read() const { return !feed_.paused() && !draining_; }
  uint64_t now_ms() { return lane_.loop().now_ms(); }
  std::vector<SharedText> label_texts(const SharedText& path) const;
  void mark_dirty(FileReader& reader);
  /// The reader is about to go: its last position is handed on.
  void clean(FileReader& reader);
  void define(FileReader& reader, const Trail& trail);
  void hide(const SharedText& path, const SharedText& labels);
  void forget(uint64_t id);
  void make_hot(Trail& trail);
  void make_ready(Trail& trail);
  void watch_path(Trail& trail);
  void unwatch(Trail& trail);
  void gauge_active(double change) { active_.add(change); }
  /// No file may be opened now, or no other one unpacked: the trail is asked to work again when one may.
  void wait_for_turn(Trail& trail);
  /// The limit of open files was met: rests what can be rested. True: now there is room.
  bool make_room(const std::string& why);
  /// Here or on other lanes.
  bool others_wait() const { return shared_->waiting > 0; }
  bool may_unpack() const { return live_unpackers_ < kMostUnpackers; }
  size_t& live_unpackers() { return live_unpackers_; }

 private:
  static constexpr size_t kMostUnpackers = 4;  // each holds some 300 KiB, one of bzip2 4 MiB
  struct Path {
    std::vector<std::unique_ptr<Trail>> trails;
    std::shared_ptr<PathFigures> figures;
  };

  void resume() override;
  void set_path_targets(PathTargets& targets, bool first_sync);
  void work();
  void plan_work();
  void tick();
  void sweep();
  void look_at_all();
  void serve_waiting();
  void stop_waiting(Trail& trail);
  bool arm(Trail& trail);
  void check(Trail& trail);
  bool poll(Trail& trail, uint64_t now);
  void begin_polling(Trail& trail);
  bool watch_name(const FilePlace& place, Trail& trail);
  void limit_held_deleted();
  bool remove_if_ended(Trail* trail);
  void lay_to_rest(Trail& trail);
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
  DirectoryListings listings_;
  std::unordered_map<SharedText, Path> paths_;
  std::vector<Trail*> all_;
  std::vector<Trail*> hot_;
  std::deque<Trail*> ready_;
  std::deque<Trail*> waiting_;
  std::vector<FileReader*> dirty_;
  PositionChanges changes_;
  size_t live_unpackers_ = 0;
  size_t swept_ = 0;
  size_t polled_ = 0;
  uint64_t limited_ms_ = 0;
  uint64_t made_room_ms_ = 0;
  uint64_t held_deleted_ = 0;  // this lane's part
  bool out_of_room_ = false;
  bool work_planned_ = false;
  bool draining_ = false;
  bool stopping_ = false;
  std::function<void()> drained_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Timer tick_timer_;
  Timer sweep_timer_;
  Timer flush_timer_;
};

}  // namespace invar::loki_source_file
