#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "src/components/shared/file_finder.h"
#include "src/language/target.h"
#include "src/runtime/component.h"

namespace invar::local_file_match {

/// local.file_match: expands file patterns of targets into one target per file. On main; walks happen on the disk loop.
class FileMatch final : public NodeOf<FileMatch> {
 public:
  struct Args {
    std::vector<Target> path_targets;
    Duration sync_period = Duration::seconds(10);
    Duration ignore_older_than;
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

  FileMatch(std::shared_ptr<const Plan> plan, NodeContext& context);
  void run() override;
  void replan(std::shared_ptr<const Plan> plan);

 private:
  /// The files of one target of the arguments, and what was made of them.
  struct Matched {
    Target target;
    std::vector<Target> targets;
  };
  void look();
  void found(const FoundFiles& files);
  void report_forbidden(const std::vector<std::string>& folders);

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  std::unique_ptr<FileFinder> finder_;
  std::vector<Matched> matched_;
  bool published_ = false;
  std::vector<std::string> forbidden_;  // folders, as health and metrics name them
};

}  // namespace invar::local_file_match
