#include "src/components/local/file_match/component.h"

#include <algorithm>
#include <array>

namespace invar::local_file_match {
namespace {

using enum Presence;

constexpr std::array kRows{
    attr<&FileMatch::Args::path_targets>("path_targets", kRequired, "Targets with a glob in `__path__`, and what to leave out in `__path_exclude__`."),
    attr<&FileMatch::Args::sync_period>("sync_period", kOptional, "Longest wait until a new file is found."),
    attr<&FileMatch::Args::ignore_older_than>("ignore_older_than", kOptional, "Leaves out files not modified for this long; 0 is none."),
};
constexpr Schema kSchema = schema<FileMatch::Args>("local.file_match", "Finds files by patterns.", kRows);

constexpr std::array kExportRows{
    attr<&FileMatch::Exports::targets>("targets", kOptional, "A target for each file, its path in `__path__`."),
};
constexpr Schema kExports = schema<FileMatch::Exports>("local.file_match", "", kExportRows);

Target with_path(const Target& target, const std::string& path) {
  std::vector<Target::Label> labels(target.labels().begin(), target.labels().end());
  // As Alloy's target builder: a label without a value is none.
  std::erase_if(labels, [](const Target::Label& label) { return label.first == "__path__" || label.second.empty(); });
  labels.emplace_back("__path__", path);
  return Target(std::move(labels));
}

}  // namespace

const Schema& FileMatch::arguments() { return kSchema; }

std::shared_ptr<const FileMatch::Plan> FileMatch::make_plan(Args args, Span at, Diagnostics& diagnostics) {
  if (args.sync_period.ns <= 0) return diagnostics.refuse(at, "sync_period must be greater than 0");
  return std::make_shared<Plan>(Plan{std::move(args)});
}

Value FileMatch::exports(const Args&, const Plan&, const ExportContext& context) {
  const bool known = context.current && context.current->is(ValueType::kObject) && context.current->find("targets");
  return known ? *context.current : Value::object({{"targets", Value::array({})}});
}

Result<NodePtr> FileMatch::start(std::shared_ptr<const Plan> plan, NodeContext& context) {
  return NodePtr(std::make_unique<FileMatch>(std::move(plan), context));
}

FileMatch::FileMatch(std::shared_ptr<const Plan> plan, NodeContext& context) : plan_(std::move(plan)), context_(context) {}

void FileMatch::run() {
  finder_ = std::make_unique<FileFinder>(context_.main_loop(), context_.disk_loop(), context_.clock(), context_.log(),
                                         [this](const FoundFiles& files) {
                                           report_forbidden(finder_->forbidden());
                                           found(files);
                                         });
  look();
}

void FileMatch::replan(std::shared_ptr<const Plan> plan) {
  plan_ = std::move(plan);
  if (finder_) look();
}

void FileMatch::look() {
  std::vector<FilePattern> patterns;
  for (const Target& target : plan_->args.path_targets)
    patterns.push_back({std::string(target.get("__path__")), std::string(target.get("__path_exclude__"))});
  finder_->look_for(std::move(patterns), {plan_->args.sync_period.ns, plan_->args.ignore_older_than.ns});
}

/// Alloy passes over folders that it may not read without a word; their files would be missed in silence.
void FileMatch::report_forbidden(const std::vector<std::string>& folders) {
  if (folders == forbidden_) return;
  constexpr std::string_view kName = "local_file_match_unreadable";
  for (const std::string& folder : forbidden_) context_.metrics().remove(kName, {{"path", folder}});
  std::string message;
  constexpr size_t kNamed = 3;
  for (size_t i = 0; i < folders.size(); ++i) {
    context_.metrics().gauge(kName, "1 for each directory that the patterns reach but that cannot be read.", {{"path", folders[i]}}).set(1);
    if (std::find(forbidden_.begin(), forbidden_.end(), folders[i]) == forbidden_.end())
      context_.log().error("failed to read directory", {{"path", folders[i]}, {"err", "permission denied"}});
    if (i < kNamed) message += (i > 0 ? ", " : "cannot read ") + folders[i];
  }
  if (folders.size() > kNamed) message += " and " + std::to_string(folders.size() - kNamed) + " more";
  if (folders.empty())
    context_.set_health(HealthState::kHealthy, "started component");
  else
    context_.set_health(HealthState::kUnhealthy, message);
  forbidden_ = folders;
}

/// Publishes when something changed; what did not change keeps its targets, which are then equal by pointer downstream.
void FileMatch::found(const FoundFiles& files) {
  std::unordered_map<const void*, Matched*> known;
  for (Matched& matched : matched_) known.emplace(matched.target.id(), &matched);
  const auto& wanted = plan_->args.path_targets;
  bool changed = !published_ || matched_.size() != wanted.size();
  std::vector<Matched> next(wanted.size());
  std::vector<Target> all;
  for (size_t i = 0; i < wanted.size() && i < files.size(); ++i) {
    next[i].target = wanted[i];
    const auto before = known.find(wanted[i].id());
    std::unordered_map<std::string_view, const Target*> made;
    if (before != known.end())
      for (const Target& target : before->second->targets) made.emplace(target.get("__path__"), &target);
    for (const FoundFile& file : files[i]) {
      if (file.old) continue;
      const auto same = made.find(file.path);
      next[i].targets.push_back(same != made.end() ? *same->second : with_path(wanted[i], file.path));
    }
    next[i].targets.shrink_to_fit();
    const auto is_same = [](const Target& a, const Target& b) { return a.id() == b.id(); };
    changed = changed || matched_[i].target.id() != wanted[i].id() ||
              !std::equal(next[i].targets.begin(), next[i].targets.end(), matched_[i].targets.begin(), matched_[i].targets.end(), is_same);
    all.insert(all.end(), next[i].targets.begin(), next[i].targets.end());
  }
  matched_ = std::move(next);
  if (!changed) return;
  published_ = true;
  context_.publish(Value::object({{"targets", target_list(all)}}));
}

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<FileMatch>("local.file_match", Stability::kGenerallyAvailable, kSchema, &kExports, "Finds files by patterns.");

}  // namespace invar::local_file_match
