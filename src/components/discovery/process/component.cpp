#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "src/components/discovery/process/join.h"
#include "src/components/discovery/process/process_table.h"
#include "src/components/discovery/shared/target_publisher.h"
#include "src/io/background_call.h"
#include "src/runtime/component.h"

namespace invar::discovery_process {
namespace {

using enum Presence;

struct ProcessArgs {
  std::vector<Target> join;
  Duration refresh_interval = Duration::seconds(60);
  Wanted discover_config{.cwd = true, .exe = true, .commandline = true, .container_id = true};
  bool operator==(const ProcessArgs&) const = default;
};
constexpr std::array kWantedRows{
    attr<&Wanted::cwd>("cwd", kOptional, "Finds the working directory: `__meta_process_cwd`."),
    attr<&Wanted::exe>("exe", kOptional, "Finds the program: `__meta_process_exe`."),
    attr<&Wanted::commandline>("commandline", kOptional, "Finds the arguments: `__meta_process_commandline`."),
    attr<&Wanted::username>("username", kOptional, "Finds the user's name: `__meta_process_username`."),
    attr<&Wanted::uid>("uid", kOptional, "Finds the user's number: `__meta_process_uid`."),
    attr<&Wanted::container_id>("container_id", kOptional, "Finds the container: `__container_id__`."),
    attr<&Wanted::cgroup_path>("cgroup_path", kOptional, "Finds the control groups: `__meta_process_cgroup_path`."),
};
constexpr Schema kWantedSchema = schema<Wanted>("discover_config", "What to find of each process.", kWantedRows);
constexpr std::array kRows{
    attr<&ProcessArgs::join>("join", kOptional, "Targets to join with the processes of their containers."),
    attr<&ProcessArgs::refresh_interval>("refresh_interval", kOptional, "Wait between looks at the processes."),
    block<&ProcessArgs::discover_config>("discover_config", kOptional, "What to find of each process.", kWantedSchema),
};
constexpr Schema kSchema = schema<ProcessArgs>("discovery.process", "Finds processes of this machine.", kRows);

struct Exports {
  std::vector<Target> targets;
};
constexpr std::array kExportRows{
    attr<&Exports::targets>("targets", kOptional, "Processes, joined with targets, and those targets."),
};
constexpr Schema kExports = schema<Exports>("discovery.process", "", kExportRows);

/// Where the kernel shows processes: of the host, in a container that sees them elsewhere.
std::string proc_folder() {
  const char* const told = std::getenv("HOST_PROC");
  return told && *told ? told : "/proc";
}

/// discovery.process. On main; processes are read on a thread of their own: names of users may come from afar.
class ProcessDiscovery final : public NodeOf<ProcessDiscovery> {
 public:
  using Args = ProcessArgs;
  struct Plan {
    ProcessArgs args;
  };

  static const Schema& arguments() { return kSchema; }
  static std::shared_ptr<const Plan> make_plan(Args args, Span, Diagnostics&) { return std::make_shared<Plan>(Plan{std::move(args)}); }
  static Value exports(const Args&, const Plan&, const ExportContext& context) { return discovery::TargetPublisher::exports(context); }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    return NodePtr(std::make_unique<ProcessDiscovery>(std::move(plan), context));
  }

  ProcessDiscovery(std::shared_ptr<const Plan> plan, NodeContext& context)
      : plan_(std::move(plan)), context_(context), interval_(context.main_loop(), [this] { look(); }) {}

  void run() override {
    running_ = true;
    begin();
  }
  void replan(std::shared_ptr<const Plan> plan) {
    const auto before = std::exchange(plan_, std::move(plan));
    if (!running_) return;
    const bool only_join = before->args.refresh_interval == plan_->args.refresh_interval && before->args.discover_config == plan_->args.discover_config;
    if (!only_join) begin();
    else if (known_) publish();
  }

 private:
  void begin() {
    const auto every_ms = static_cast<uint64_t>(std::max<int64_t>(plan_->args.refresh_interval.ns / 1'000'000, 1));
    // Alloy crashes at an interval of zero.
    if (plan_->args.refresh_interval.ns > 0) interval_.start(every_ms, every_ms);
    else interval_.stop();
    reading_ = BackgroundCall();
    look();
  }

  void look() {
    if (reading_.pending()) return;
    reading_ = BackgroundCall(context_.main_loop(), [this, proc = proc_folder(), wanted = plan_->args.discover_config]() -> std::function<void()> {
      auto table = std::make_shared<Result<ProcessTable>>(read_processes(proc, wanted));
      return [this, table] { take(*table); };
    });
  }

  void take(Result<ProcessTable>& table) {
    if (!table) {
      context_.log().error("failed to find processes", {{"err", table.error().what}});
      context_.set_health(HealthState::kUnhealthy, table.error().what);
      unhealthy_ = true;
      return;
    }
    if (std::exchange(unhealthy_, false)) context_.set_health(HealthState::kHealthy, "started component");
    known_ = true;
    for (const ProcessTable::Failure& failure : table->failures)
      context_.log().error("failed to get process info", {{"err", failure.what}, {"pid", static_cast<int64_t>(failure.pid)}});
    processes_ = std::move(table->processes);
    publish();
  }

  void publish() { context_.publish(discovery::target_exports(join(processes_, plan_->args.join))); }

  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  Timer interval_;
  std::vector<Target> processes_;
  bool running_ = false;
  bool known_ = false;  // they were read
  bool unhealthy_ = false;
  BackgroundCall reading_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent =
    component<ProcessDiscovery>("discovery.process", Stability::kGenerallyAvailable, kSchema, &kExports, "Finds processes of this machine.");

}  // namespace invar::discovery_process
