#include "src/components/discovery/file/component.h"

#include <array>
#include <set>

namespace invar::discovery_file {
namespace {

using enum Presence;

constexpr std::array kRows{
    attr<&FileDiscovery::Args::files>("files", kRequired, "Files of target groups, JSON (`.json`) or YAML (`.yml`, `.yaml`); patterns with `*`, `?` and `[a-z]`."),
    attr<&FileDiscovery::Args::refresh_interval>("refresh_interval", kOptional, "Wait between looks at files; changes that inotify tells of are taken at once."),
};
constexpr Schema kSchema = schema<FileDiscovery::Args>("discovery.file", "Reads targets from files.", kRows);

constexpr std::array kExportRows{
    attr<&FileDiscovery::Exports::targets>("targets", kOptional, "The targets of all files, `__address__` and their group's labels."),
};
constexpr Schema kExports = schema<FileDiscovery::Exports>("discovery.file", "", kExportRows);

constexpr uint64_t kSettleMs = 50;  // changes often come in several steps
constexpr std::string_view kFileTime = "prometheus_sd_file_mtime_seconds";

std::string go_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list.append(list.size() > 1 ? " " : "").append(text);
  return list + "]";
}

}  // namespace

const Schema& FileDiscovery::arguments() { return kSchema; }

std::shared_ptr<const FileDiscovery::Plan> FileDiscovery::make_plan(Args args, Span, Diagnostics&) { return std::make_shared<Plan>(Plan{std::move(args)}); }

Value FileDiscovery::exports(const Args&, const Plan&, const ExportContext& context) { return discovery::TargetPublisher::exports(context); }

Result<NodePtr> FileDiscovery::start(std::shared_ptr<const Plan> plan, NodeContext& context) {
  return NodePtr(std::make_unique<FileDiscovery>(std::move(plan), context));
}

FileDiscovery::FileDiscovery(std::shared_ptr<const Plan> plan, NodeContext& context)
    : plan_(std::move(plan)),
      context_(context),
      publisher_(context),
      read_errors_(context.metrics().counter("prometheus_sd_file_read_errors_total", "The number of File-SD read errors.")),
      watcher_errors_(context.metrics().counter("prometheus_sd_file_watcher_errors_total", "The number of File-SD errors caused by filesystem watch failures.")),
      scan_seconds_(DurationSummary::collect(context.metrics(), context.clock(), "prometheus_sd_file_scan_duration_seconds", "The duration of the File-SD scan in seconds.")),
      interval_(context.main_loop(), [this] { refresh(); }),
      settle_(context.main_loop(), [this] { refresh(); }) {}

FileDiscovery::~FileDiscovery() {
  *alive_ = false;
  if (!running_) return;
  context_.log().debug("Stopping file discovery...", {{"paths", go_list(plan_->args.files)}});
  context_.log().debug("File discovery stopped");
}

void FileDiscovery::run() {
  running_ = true;
  auto opened = WatchedDirectories::open(context_.main_loop(), {.on_content =
                                                                    [this](std::string_view name) {
                                                                      if (may_match(plan_->args.files, name)) refresh_soon();
                                                                    },
                                                                .on_names = [this] { refresh_soon(); }});
  if (opened) {
    directories_ = std::move(*opened);
  } else {
    watcher_errors_.add();
    context_.log().error("Error adding file watcher", {{"err", opened.error().what}});
  }
  begin();
}

void FileDiscovery::replan(std::shared_ptr<const Plan> plan) {
  plan_ = std::move(plan);
  if (running_) begin();
}

void FileDiscovery::begin() {
  const auto every_ms = static_cast<uint64_t>(std::max<int64_t>(plan_->args.refresh_interval.ns / 1'000'000, 1));
  // Alloy crashes at an interval of zero; here changes are taken as they are told.
  if (plan_->args.refresh_interval.ns > 0) interval_.start(every_ms, every_ms);
  else interval_.stop();
  refresh();
}

/// However often something changes meanwhile.
void FileDiscovery::refresh_soon() {
  if (!settle_.active()) settle_.start(kSettleMs);
}

void FileDiscovery::refresh() {
  if (reading_) {
    again_ = true;
    return;
  }
  reading_ = true;
  auto reading = std::make_shared<Reading>();
  context_.disk_loop().post([this, reading, plan = plan_, began_ns = context_.clock().steady_ns(), &main = context_.main_loop(), alive = std::weak_ptr<bool>(alive_)] {
    *reading = read_files(plan->args.files);
    main.post([this, reading, plan, began_ns, alive] {
      if (alive.expired()) return;
      reading_ = false;
      if (plan == plan_) {
        const int64_t now_ns = context_.clock().steady_ns(), took_ns = now_ns - began_ns;
        scan_seconds_->add({&took_ns, 1}, now_ns);
        refreshed(*reading);
      } else {
        again_ = true;
      }
      if (std::exchange(again_, false)) refresh();
    });
  });
}

void FileDiscovery::refreshed(Reading& reading) {
  for (const auto& [pattern, why] : reading.bad_patterns) context_.log().error("Error expanding glob", {{"glob", pattern}, {"err", why}});
  for (Reading::File& file : reading.files) take(file);
  forget_gone(reading);
  publish(reading);
  watch(reading);
}

/// A file that cannot be read keeps the targets it had.
void FileDiscovery::take(Reading::File& read) {
  File& file = files_[read.path];
  if (!read.groups) {
    read_errors_.add();
    context_.log().error("Error reading file", {{"path", read.path}, {"err", read.groups.error().what}});
    return;
  }
  context_.metrics()
      .gauge(kFileTime, "Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.", {{"filename", read.path}})
      .set(static_cast<double>(read.modified_ns / 1'000'000'000));
  if (file.content_hash == read.content_hash) return;  // its targets stay the same ones, also for those who compare pointers
  file.content_hash = read.content_hash;
  file.targets.clear();
  for (const discovery::TargetGroup& group : *read.groups) append_targets(group, file.targets);
}

void FileDiscovery::forget_gone(const Reading& reading) {
  std::set<std::string_view> there;
  for (const Reading::File& file : reading.files) there.insert(file.path);
  for (auto one = files_.begin(); one != files_.end();) {
    if (there.contains(one->first)) {
      ++one;
      continue;
    }
    context_.log().debug("file_sd refresh found file that should be removed", {{"file", one->first}});
    context_.metrics().remove(kFileTime, {{"filename", one->first}});
    one = files_.erase(one);
  }
}

void FileDiscovery::publish(const Reading& reading) {
  std::vector<Target> targets;
  for (const Reading::File& read : reading.files) {
    const std::vector<Target>& of_file = files_[read.path].targets;
    targets.insert(targets.end(), of_file.begin(), of_file.end());
  }
  publisher_.set(std::move(targets));
}

void FileDiscovery::watch(const Reading& reading) {
  if (!directories_) return;
  directories_->watch(reading.directories, [this](const std::string& directory, const Error& error) {
    context_.log().error("Error adding file watch", {{"path", directory}, {"err", error.what}});
  });
}

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<FileDiscovery>("discovery.file", Stability::kGenerallyAvailable, kSchema, &kExports, "Reads targets from files.");

}  // namespace invar::discovery_file
