#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "src/components/discovery/file/reading.h"
#include "src/components/discovery/file/watched_directories.h"
#include "src/components/discovery/shared/target_publisher.h"
#include "src/components/shared/duration_summary.h"
#include "src/runtime/component.h"

namespace invar::discovery_file {

/// discovery.file: targets from files of target groups. On main; files are looked for and read on the disk loop.
class FileDiscovery final : public NodeOf<FileDiscovery> {
 public:
  struct Args {
    std::vector<std::string> files;
    Duration refresh_interval = Duration::seconds(300);
    bool operator==(const Args&) const = default;
  };
  struct Exports {
    std::vector<Target> targets;
  };
  struct Plan {
    Args args;
  };

  static const Schema& arguments();
  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics);
  static Value exports(const Args& args, const Plan& plan, const ExportContext& context);
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context);

  FileDiscovery(std::shared_ptr<const Plan> plan, NodeContext& context);
  ~FileDiscovery() override;
  void run() override;
  void replan(std::shared_ptr<const Plan> plan);

 private:
  /// What was last read of a file.
  struct File {
    size_t content_hash = 0;
    std::vector<Target> targets;
  };
  void begin();
  void refresh_soon();
  void refresh();
  void refreshed(Reading& reading);
  void take(Reading::File& read);
  void forget_gone(const Reading& reading);
  void publish(const Reading& reading);
  void watch(const Reading& reading);

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  discovery::TargetPublisher publisher_;
  Counter& read_errors_;
  Counter& watcher_errors_;
  std::shared_ptr<DurationSummary> scan_seconds_;
  std::map<std::string, File> files_;
  Timer interval_, settle_;
  std::unique_ptr<WatchedDirectories> directories_;
  bool running_ = false;
  bool reading_ = false;
  bool again_ = false;  // something changed while it was being read
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace invar::discovery_file
