#pragma once

#include <memory>
#include <string>
#include <vector>

#include "src/components/loki/source/file/file_lane.h"
#include "src/components/loki/source/file/path_table.h"
#include "src/components/shared/file_finder.h"
#include "src/runtime/component.h"

namespace invar::loki_source_file {

struct CompressionFormat {
  static constexpr std::string_view kGoType = "file.CompressionFormat";
  std::string name;
  static bool parse(std::string_view text, CompressionFormat& into, std::string& why);
  std::string text() const { return name; }
  Packing packing() const;
  bool operator==(const CompressionFormat&) const = default;
};

struct PositionsFileError {
  static constexpr std::string_view kGoType = "file.OnPositionsFileError";
  std::string name = "restart_from_beginning";
  static bool parse(std::string_view text, PositionsFileError& into, std::string& why);
  std::string text() const { return name; }
  bool operator==(const PositionsFileError&) const = default;
};

struct DecompressionArguments {
  bool enabled = false;
  Duration initial_delay;
  CompressionFormat format;
  bool operator==(const DecompressionArguments&) const = default;
};

struct FileWatchArguments {
  Duration min_poll_frequency = Duration::milliseconds(250);
  Duration max_poll_frequency = Duration::milliseconds(250);
  bool operator==(const FileWatchArguments&) const = default;
};

struct FileMatchArguments {
  bool enabled = false;
  Duration sync_period = Duration::seconds(10);
  Duration ignore_older_than;
  static void validate(FileMatchArguments& args, ValidateContext& context);
  bool operator==(const FileMatchArguments&) const = default;
};

/// loki.source.file: sends the lines of files, and of every file that takes their place. Main half: which paths, on which lane.
class FileSource final : public NodeOf<FileSource> {
 public:
  struct Args {
    std::vector<Target> targets;
    std::vector<LogsReceiverPtr> forward_to;
    std::string encoding;
    DecompressionArguments decompression;
    FileWatchArguments file_watch;
    FileMatchArguments file_match;
    bool tail_from_end = false;
    std::string legacy_positions_file;
    PositionsFileError on_positions_file_error;
    static void validate(Args& args, ValidateContext& context);
    bool operator==(const Args&) const = default;
  };
  struct Plan {
    Args args;
  };

  static const Schema& arguments();
  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics);
  static Value exports(const Args& args, const Plan& plan, const ExportContext& context);
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context);

  FileSource(std::shared_ptr<const Plan> plan, NodeContext& context, std::shared_ptr<Shared> shared);
  ~FileSource() override;
  void run() override;
  void replan(std::shared_ptr<const Plan> plan);
  void drain(std::function<void()> done) override;
  std::vector<DebugBlock> debug_info() const override;

 private:
  void find_targets();
  void found(const FoundFiles& files);
  void set_targets(std::vector<PathTable::Wanted> wanted);

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  std::shared_ptr<Shared> shared_;
  PathTable paths_;
  std::unique_ptr<FileFinder> finder_;
  LaneHalves<FileLane> lanes_;
  bool running_ = false;
  bool first_sync_ = true;
};

}  // namespace invar::loki_source_file
