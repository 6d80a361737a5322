#include <filesystem>
#include <optional>
#include <utility>

#include "src/base/quote.h"
#include "src/io/inotify.h"
#include "src/runtime/component.h"

namespace invar::local_file {
namespace {

using enum Presence;

/// How changes are noticed.
struct Detector {
  static constexpr std::string_view kGoType = "filedetector.Detector";
  bool polls_only = false;
  static bool parse(std::string_view text, Detector& into, std::string& why) {
    if (text == "fsnotify" || text == "poll") return into.polls_only = text == "poll", true;
    why = "unrecognized detector ";
    append_quoted(why, text);
    why += ", expected fsnotify or poll";
    return false;
  }
  std::string text() const { return polls_only ? "poll" : "fsnotify"; }
  friend bool operator==(const Detector&, const Detector&) = default;
};

struct FileArgs {
  std::string filename;
  Detector detector;
  Duration poll_frequency = Duration::seconds(60);
  bool is_secret = false;
  friend bool operator==(const FileArgs&, const FileArgs&) = default;
};
constexpr Row kRows[] = {
    attr<&FileArgs::filename>("filename", kRequired, "File to read"),
    attr<&FileArgs::detector>("detector", kOptional, "How changes are noticed: fsnotify or poll"),
    attr<&FileArgs::poll_frequency>("poll_frequency", kOptional, "Time between two looks at the file"),
    attr<&FileArgs::is_secret>("is_secret", kOptional, "The content is a secret"),
};
constexpr Schema kSchema = schema<FileArgs>("local.file", "Exports the content of a file.", kRows);

struct Exports {
  OptionalSecret content;
};
constexpr Row kExportRows[] = {attr<&Exports::content>("content", kRequired, "Content of the file")};
constexpr Schema kExports = schema<Exports>("local.file", "", kExportRows);

Value exports_of(bool is_secret, const std::string& content) {
  return Value::object({{"content", optional_secret_value({is_secret, content})}});
}

/// local.file. On main: files are small, and read when they change.
class LocalFile final : public NodeOf<LocalFile> {
 public:
  using Args = FileArgs;
  struct Plan {
    FileArgs args;
  };

  static const Schema& arguments() { return kSchema; }
  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics) {
    if (args.poll_frequency.ns <= 0) return diagnostics.refuse(at, "poll_frequency must be greater than 0");
    return std::make_shared<const Plan>(Plan{std::move(args)});
  }
  static Value exports(const Args& args, const Plan&, const ExportContext& context) {
    return context.current ? *context.current : exports_of(args.is_secret, {});
  }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    auto node = std::make_unique<LocalFile>(plan, context);
    if (auto read = node->prepare_replan(*plan); !read) return read.error();
    node->take_prepared();
    return NodePtr(std::move(node));
  }

  LocalFile(std::shared_ptr<const Plan> plan, NodeContext& context)
      : plan_(std::move(plan)),
        context_(context),
        accessed_(context.metrics().gauge("local_file_timestamp_last_accessed_unix_seconds", "The last successful access in unix seconds")),
        poll_(context.main_loop(), [this] { look(); }),
        settle_(context.main_loop(), [this] { look_if_changed(); }) {}

  Result<void> prepare_replan(const Plan& plan) {
    auto content = read_file(plan.args.filename);
    if (content) return prepared_ = std::move(*content), Result<void>();
    context_.log().error("failed to read file", {{"path", context_.data_path().string()}, {"err", content.error().what}});
    return Error{"failed to read file: " + content.error().what, content.error().reason};
  }
  void replan(std::shared_ptr<const Plan> plan) {
    plan_ = std::move(plan);
    take_prepared();
    watch();
  }
  void run() override { watch(); }

 private:
  /// Changes often come in several steps: the file is read once they are over.
  static constexpr uint64_t kSettleMs = 30;

  void take(std::string content) {
    content_hash_ = std::hash<std::string>()(content);
    accessed_.set(static_cast<double>(context_.clock().wall_ns()) / 1e9);
    context_.publish(exports_of(plan_->args.is_secret, content));
    context_.set_health(HealthState::kHealthy, "read file");
  }

  void take_prepared() {
    if (auto content = std::exchange(prepared_, std::nullopt))
      take(std::move(*content));
    else
      look();
  }

  /// Other files of the directory change as well: what they do is no news of this one.
  void look_if_changed() {
    auto content = read_file(plan_->args.filename);
    if (content && content_hash_ == std::hash<std::string>()(*content)) return;
    take_or_say(std::move(content));
  }

  void look() { take_or_say(read_file(plan_->args.filename)); }

  void take_or_say(Result<std::string> content) {
    if (content) return take(std::move(*content));
    content_hash_.reset();
    context_.log().error("failed to read file", {{"path", context_.data_path().string()}, {"err", content.error().what}});
    context_.set_health(HealthState::kUnhealthy, "failed to read file: " + content.error().what);
  }

  /// The directory's watch tells of its other files too.
  void note(const FileEvent& event) {
    const auto path = std::filesystem::path(plan_->args.filename);
    if (event.name == path.filename() && context_.log().enabled(LogLevel::kDebug))
      if (const std::string_view op = operation(event.changes); !op.empty()) context_.log().debug("got fsnotify event", {{"op", std::string(op)}});
    settle_.start(kSettleMs);
  }

  /// In the words of Go's fsnotify; empty for what it does not tell.
  static std::string_view operation(uint32_t changes) {
    using namespace file_change;
    if (changes & (kCreated | kMovedTo)) return "CREATE";
    if (changes & kModified) return "WRITE";
    if (changes & kDeleted) return "REMOVE";
    if (changes & kMovedFrom) return "RENAME";
    return changes & kAttributes ? "CHMOD" : "";
  }

  void watch() {
    const auto every = static_cast<uint64_t>(plan_->args.poll_frequency.ns / 1'000'000);
    poll_.start(std::max<uint64_t>(every, 1), std::max<uint64_t>(every, 1));
    inotify_.reset();
    if (plan_->args.detector.polls_only) return;
    // The directory is watched, not the file: it tells of files that are replaced, and of the links that Kubernetes swaps.
    auto opened = Inotify::open(context_.main_loop(), {.on_event = [this](const FileEvent& event) { note(event); },
                                                       .on_overflow = [this] { settle_.start(kSettleMs); }});
    if (!opened) return;  // polling goes on
    inotify_ = std::move(*opened);
    const auto parent = std::filesystem::path(plan_->args.filename).parent_path();
    const auto watched = inotify_->watch(parent.empty() ? "." : parent.string(), file_change::kContent | file_change::kEntries);
    if (!watched) inotify_.reset();
  }

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  Gauge& accessed_;
  std::optional<size_t> content_hash_;  // of what was read last; nothing when that failed
  Timer poll_, settle_;
  std::optional<std::string> prepared_;  // what the next plan found in its file
  std::unique_ptr<Inotify> inotify_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<LocalFile>("local.file", Stability::kGenerallyAvailable, kSchema, &kExports, "Exports the content of a file.");

}  // namespace invar::local_file
