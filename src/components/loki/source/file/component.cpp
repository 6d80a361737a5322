#include "src/components/loki/source/file/component.h"

#include <algorithm>
#include <array>

#include "src/base/quote.h"

namespace invar::loki_source_file {
namespace {

using enum Presence;

constexpr std::array kDecompressionRows{
    attr<&DecompressionArguments::enabled>("enabled", kRequired, "Reads compressed files."),
    attr<&DecompressionArguments::initial_delay>("initial_delay", kOptional, "Wait before a new compressed file is read."),
    attr<&DecompressionArguments::format>("format", kRequired, "gz, z or bz2."),
};
constexpr Schema kDecompression = schema<DecompressionArguments>("decompression", "Reading of compressed files.", kDecompressionRows);

constexpr std::array kFileWatchRows{
    attr<&FileWatchArguments::min_poll_frequency>("min_poll_frequency", kOptional, "Shortest wait between looks at a file."),
    attr<&FileWatchArguments::max_poll_frequency>("max_poll_frequency", kOptional, "Longest wait between looks at a file that is written to."),
};
constexpr Schema kFileWatch = schema<FileWatchArguments>("file_watch", "How often files are looked at.", kFileWatchRows);

constexpr std::array kFileMatchRows{
    attr<&FileMatchArguments::enabled>("enabled", kOptional, "Takes `__path__` as a pattern."),
    attr<&FileMatchArguments::sync_period>("sync_period", kOptional, "Longest wait until a new file is found."),
    attr<&FileMatchArguments::ignore_older_than>("ignore_older_than", kOptional, "Leaves out files not modified for this long; 0 is none."),
};
constexpr Schema kFileMatch = schema<FileMatchArguments>("file_match", "Finding files by patterns.", kFileMatchRows);

constexpr std::array kRows{
    attr<&FileSource::Args::targets>("targets", kRequired, "Files to read, by `__path__`; other labels go on the entries."),
    attr<&FileSource::Args::forward_to>("forward_to", kRequired, "Receivers of the entries."),
    attr<&FileSource::Args::encoding>("encoding", kOptional, "IANA name of the files' encoding; empty is UTF-8, unchecked."),
    block<&FileSource::Args::decompression>("decompression", kOptional, "Reading of compressed files.", kDecompression),
    block<&FileSource::Args::file_watch>("file_watch", kOptional, "How often files are looked at.", kFileWatch),
    block<&FileSource::Args::file_match>("file_match", kOptional, "Finding files by patterns.", kFileMatch),
    attr<&FileSource::Args::tail_from_end>("tail_from_end", kOptional, "Skips what is in files that exist at the start and have no position."),
    attr<&FileSource::Args::legacy_positions_file>("legacy_positions_file", kOptional, "Positions file of Promtail or static mode to start from."),
    attr<&FileSource::Args::on_positions_file_error>("on_positions_file_error", kOptional,
                                                     "Where to begin when a stored position is broken: restart_from_beginning, "
                                                     "restart_from_end or skip."),
};
constexpr Schema kSchema = schema<FileSource::Args>("loki.source.file", "Reads lines from files.", kRows);

OnPositionsFileError on_error(const PositionsFileError& chosen) {
  if (chosen.name == "skip") return OnPositionsFileError::kSkip;
  return chosen.name == "restart_from_end" ? OnPositionsFileError::kRestartFromEnd : OnPositionsFileError::kRestartFromBeginning;
}

LaneOptions lane_options(const FileSource::Args& args) {
  constexpr int64_t kShortestTickMs = 10, kLongestTickMs = 50, kLongestPollMs = 3'600'000;
  const auto milliseconds = [](Duration duration) { return duration.ns / 1'000'000; };
  const int64_t most = milliseconds(args.file_watch.max_poll_frequency), least = std::min(milliseconds(args.file_watch.min_poll_frequency), most);
  LaneOptions options;
  options.tail_from_end = args.tail_from_end;
  options.on_positions_file_error = on_error(args.on_positions_file_error);
  options.tick_ms = static_cast<uint64_t>(std::clamp(most, kShortestTickMs, kLongestTickMs));
  options.max_poll_ms = static_cast<uint32_t>(std::clamp(most, kShortestTickMs, kLongestPollMs));
  options.min_poll_ms = static_cast<uint32_t>(std::clamp<int64_t>(least, kShortestTickMs, options.max_poll_ms));
  if (!args.encoding.empty()) {
    const auto encoding = Charset::find(args.encoding);
    if (encoding) options.encoding = *encoding;
    else options.encoding_error = encoding.error().what;
  }
  if (args.decompression.enabled) {
    options.packing = args.decompression.format.packing();
    options.initial_delay_ms = static_cast<uint64_t>(std::max<int64_t>(milliseconds(args.decompression.initial_delay), 0));
  }
  return options;
}

}  // namespace

Packing CompressionFormat::packing() const { return name == "bz2" ? Packing::kBzip2 : name == "z" ? Packing::kZlib : Packing::kGzip; }

bool CompressionFormat::parse(std::string_view text, CompressionFormat& into, std::string& why) {
  if (text != "gz" && text != "z" && text != "bz2") {
    why = "unsupported compression format: " + invar::quoted(text) + " - please use one of \"gz, z, bz2\"";
    return false;
  }
  into.name = text;
  return true;
}

bool PositionsFileError::parse(std::string_view text, PositionsFileError& into, std::string& why) {
  if (text != "restart_from_beginning" && text != "restart_from_end" && text != "skip") {
    why = "unknown OnPositionsFileError value: " + std::string(text);
    return false;
  }
  into.name = text;
  return true;
}

void FileMatchArguments::validate(FileMatchArguments& args, ValidateContext& context) {
  if (args.sync_period.ns <= 0) context.refuse("sync period must be greater than 0");
}

void FileSource::Args::validate(Args& args, ValidateContext& context) { FileMatchArguments::validate(args.file_match, context); }

const Schema& FileSource::arguments() { return kSchema; }

std::shared_ptr<const FileSource::Plan> FileSource::make_plan(Args args, Span, Diagnostics&) {
  return std::make_shared<Plan>(Plan{std::move(args)});
}

Value FileSource::exports(const Args&, const Plan&, const ExportContext&) { return Value(); }

Result<NodePtr> FileSource::start(std::shared_ptr<const Plan> plan, NodeContext& context) {
  auto troubles = std::make_shared<Troubles>([&context](const std::string& message, bool faulty) {
    if (faulty) context.set_health(HealthState::kUnhealthy, message);
    else context.set_health(HealthState::kHealthy, message.empty() ? "started component" : "started component; waiting: " + message);
  });
  PositionStore::Options options;
  options.directory = context.data_path().string();
  options.legacy_file = plan->args.legacy_positions_file;
  auto store = PositionStore::open(context.disk_loop(), options, [troubles, log = context.log()](std::optional<Error> problem) {
    if (!problem) return troubles->clear("positions");
    if (troubles->set("positions", "positions cannot be saved: " + problem->what, problem->reason))
      log.error("positions cannot be saved: reading goes on, but lines may be sent again after a restart", {{"error", problem->what}});
  });
  if (!store) return store.error();
  auto shared = std::make_shared<Shared>(std::move(*store), std::move(troubles), std::make_shared<FiguresTable>(), context.log(), context.metrics(),
                                         context.clock().wall_ns(), context.delivery().settings.held_deleted_bytes,
                                         &context.delivery().ledger, context.global_id());
  return NodePtr(std::make_unique<FileSource>(std::move(plan), context, std::move(shared)));
}

FileSource::FileSource(std::shared_ptr<const Plan> plan, NodeContext& context, std::shared_ptr<Shared> shared)
    : plan_(std::move(plan)), context_(context), shared_(std::move(shared)), paths_(context.lanes().count()) {}

FileSource::~FileSource() {
  finder_.reset();
  lanes_.clear();
  if (running_) context_.lanes().barrier();
  shared_->troubles->mute();
}

void FileSource::run() {
  running_ = true;
  shared_->store->begin();
  for (const PositionStore::Note& note : shared_->store->notes()) {
    if (note.error.empty()) context_.log().info(note.text);
    else context_.log().error(note.text, {{"error", note.error}});
  }
  FiguresTable::collect(shared_->figures, context_.metrics());
  context_.metrics().collect("invar_source_file_failing", "Files that cannot be read, and positions that cannot be saved.", MetricType::kGauge,
                             [troubles = shared_->troubles](std::vector<Sample>& samples) { troubles->sample(samples); });
  lanes_ = LaneHalves<FileLane>(context_.lanes(), [shared = shared_, options = lane_options(plan_->args), receivers = plan_->args.forward_to](Lane& lane) {
    auto half = std::make_unique<FileLane>(lane, shared, options);
    half->set_receivers(receivers);
    return half;
  });
  find_targets();
}

void FileSource::replan(std::shared_ptr<const Plan> plan) {
  const auto before = std::exchange(plan_, std::move(plan));
  if (!running_) return;
  if (lane_options(before->args) != lane_options(plan_->args))
    lanes_.each([options = lane_options(plan_->args)](FileLane& half) { half.set_options(options); });
  if (before->args.forward_to != plan_->args.forward_to)
    lanes_.each([receivers = plan_->args.forward_to](FileLane& half) { half.set_receivers(receivers); });
  find_targets();
}

void FileSource::find_targets() {
  const Args& args = plan_->args;
  if (args.file_match.enabled) {
    if (!finder_)
      finder_ = std::make_unique<FileFinder>(context_.main_loop(), context_.disk_loop(), context_.clock(), context_.log(),
                                             [this](const FoundFiles& files) { found(files); });
    std::vector<FilePattern> patterns;
    for (const Target& target : args.targets)
      patterns.push_back({std::string(target.get("__path__")), std::string(target.get("__path_exclude__"))});
    finder_->look_for(std::move(patterns), {args.file_match.sync_period.ns, args.file_match.ignore_older_than.ns});
    return;
  }
  finder_.reset();
  std::vector<PathTable::Wanted> wanted;
  for (const Target& target : args.targets) wanted.push_back({SharedText(target.get("__path__")), target});
  set_targets(std::move(wanted));
}

void FileSource::found(const FoundFiles& files) {
  const Args& args = plan_->args;
  std::vector<PathTable::Wanted> wanted;
  for (size_t i = 0; i < files.size() && i < args.targets.size(); ++i)
    for (const FoundFile& file : files[i])
      if (SharedText path = file.path; !file.old || paths_.contains(path)) wanted.push_back({std::move(path), args.targets[i]});
  set_targets(std::move(wanted));
}

/// Each changed path goes to the lane that has all its generations.
void FileSource::set_targets(std::vector<PathTable::Wanted> wanted) {
  std::erase_if(wanted, [](const PathTable::Wanted& one) { return one.path.str().empty(); });
  const bool first_sync = first_sync_;
  if (!wanted.empty()) first_sync_ = false;
  std::vector<std::vector<PathTargets>> by_lane(context_.lanes().count());
  for (PathTable::Change& change : paths_.update(std::move(wanted))) by_lane[change.lane].push_back(std::move(change.path));
  for (size_t lane = 0; lane < by_lane.size(); ++lane) {
    if (by_lane[lane].empty()) continue;
    auto changes = std::make_shared<std::vector<PathTargets>>(std::move(by_lane[lane]));
    lanes_.on(lane, [changes, first_sync](FileLane& half) { half.set_targets(std::move(*changes), first_sync); });
  }
}

void FileSource::drain(std::function<void()> done) {
  if (!running_) return done();
  context_.log().info("loki.source.file component shutting down, stopping sources and positions file");
  finder_.reset();
  auto left = std::make_shared<size_t>(context_.lanes().count());
  const auto lane_done = [store = shared_->store, left, &main = context_.main_loop(), done = std::move(done)] {
    main.post([store, left, &main, done] {
      if (--*left == 0) store->flush([&main, done] { main.post(done); });
    });
  };
  lanes_.each([lane_done](FileLane& half) { half.drain(lane_done); });
}

std::vector<DebugBlock> FileSource::debug_info() const {
  std::vector<DebugBlock> infos;
  for (const auto& status : paths_.statuses()) {
    if (!status->found) continue;  // missing files and directories are absent, as in Alloy
    infos.push_back({"targets_info",
                     {{"path", Value::string(status->path.str())},
                      {"labels", Value::string(status->labels.str())},
                      {"is_running", Value::boolean(status->running)},
                      {"read_offset", Value::integer(static_cast<int64_t>(status->read_offset.load()))}}});
  }
  return infos;
}

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<FileSource>("loki.source.file", Stability::kGenerallyAvailable, kSchema, nullptr, "Reads lines from files.");

}  // namespace invar::loki_source_file
