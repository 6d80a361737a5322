#include <algorithm>
#include <array>
#include <map>

#include "src/base/quote.h"
#include "src/components/loki/shared/troubles.h"
#include "src/components/loki/source/docker/docker_lane.h"
#include "src/components/loki/source/docker/engine_tails.h"
#include "src/components/loki/source/docker/stream_labels.h"
#include "src/runtime/component.h"
#include "src/runtime/http_client_arguments.h"
#include "src/text/duration.h"
#include "src/text/url.h"

namespace invar::loki_source_docker {
namespace {

struct DockerArgs {
  std::string host;
  std::vector<Target> targets;
  std::vector<LogsReceiverPtr> forward_to;
  std::map<std::string, std::string> labels;
  relabel::RulesPtr relabel_rules = std::make_shared<const relabel::RulesCapsule>(std::vector<relabel::RuleArgs>());
  std::optional<HttpClientArguments> http_client_config = HttpClientArguments();
  Duration refresh_interval = Duration::seconds(60);
  static void validate(DockerArgs& args, ValidateContext& context) {
    if (args.http_client_config) args.http_client_config->check(context);  // Alloy's block checks itself, first
    if (const auto url = parse_url(args.host); !url) return context.refuse("failed to parse Docker host " + invar::quoted(args.host) + ": " + url.error().what);
    if (args.refresh_interval.ns <= 0) context.refuse("refresh_interval must be positive, got " + invar::quoted(format_duration(args.refresh_interval.ns)));
  }
  bool operator==(const DockerArgs& other) const {
    const auto same_rules = [](const relabel::RulesPtr& a, const relabel::RulesPtr& b) { return a == b || (a && b && a->equals(*b)); };
    return host == other.host && targets == other.targets && forward_to == other.forward_to && labels == other.labels && same_rules(relabel_rules, other.relabel_rules) &&
           http_client_config == other.http_client_config && refresh_interval == other.refresh_interval;
  }
};

using enum Presence;
constexpr std::array kRows{
    attr<&DockerArgs::host>("host", kRequired, "Address of the Docker engine: `unix://`, `tcp://`, `http://` or `https://`."),
    attr<&DockerArgs::targets>("targets", kRequired, "Containers to read: targets with `__meta_docker_container_id`."),
    attr<&DockerArgs::forward_to>("forward_to", kRequired, "Receivers of the entries."),
    attr<&DockerArgs::labels>("labels", kOptional, "Labels set on every entry."),
    attr<&DockerArgs::relabel_rules>("relabel_rules", kOptional, "Rules applied to the labels of targets, and `__meta_docker_container_log_stream`."),
    block<&DockerArgs::http_client_config>("http_client_config", kOptional, "HTTP client settings, for `http://` and `https://`.", kHttpClientSchema),
    attr<&DockerArgs::refresh_interval>("refresh_interval", kOptional, "Longest time for an answer of the engine over `http://` and `https://`."),
};
constexpr Schema kArgumentsSchema = schema<DockerArgs>("loki.source.docker", "Reads logs of Docker containers.", kRows);

struct DockerPlan {
  DockerAddress address;
  HttpClientArguments client;
  uint64_t timeout_ms = 0;
  std::vector<LogsReceiverPtr> forward_to;
  struct Container {
    std::string labels_text;
    StreamLabels labels;
  };
  std::map<std::string, Container> containers;
  bool without_container = false;  // one of the targets
  bool asks_as(const DockerPlan& other) const { return address.written == other.address.written && client == other.client && timeout_ms == other.timeout_ms; }
};
using DockerPlanPtr = std::shared_ptr<const DockerPlan>;

constexpr uint64_t kLocalTimeoutMs = 30'000;

/// One target of each container: the one that Alloy takes.
void add_containers(const DockerArgs& args, DockerPlan& plan) {
  const relabel::Rules rules(args.relabel_rules ? std::span<const relabel::RuleArgs>(args.relabel_rules->rules()) : std::span<const relabel::RuleArgs>());
  std::map<std::string, std::pair<uint64_t, std::map<std::string, std::string>>> first;
  for (const Target& target : args.targets) {
    auto labels = labels_of(target, args.labels);
    const std::string container = labels.contains(std::string(kContainerLabel)) ? labels[std::string(kContainerLabel)] : std::string();
    const uint64_t order = fingerprint(labels);
    if (container.empty()) plan.without_container = true;
    else if (const auto known = first.find(container); known == first.end() || order < known->second.first) first[container] = {order, std::move(labels)};
  }
  for (const auto& [container, found] : first) plan.containers[container] = {labels_text(found.second), stream_labels(found.second, rules)};
}

/// Main half: which containers, of which engine, and where each begins.
class DockerSource final : public NodeOf<DockerSource> {
 public:
  using Args = DockerArgs;
  using Plan = DockerPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static DockerPlanPtr make_plan(Args args, Span at, Diagnostics& diagnostics) {
    auto address = DockerAddress::parse(args.host);
    if (!address) return diagnostics.refuse(at, "failed to create docker client: " + address.error().what);
    auto plan = std::make_shared<Plan>();
    add_containers(args, *plan);
    plan->address = std::move(*address);
    plan->client = args.http_client_config.value_or(HttpClientArguments());
    plan->timeout_ms = plan->address.takes_client ? std::max<uint64_t>(static_cast<uint64_t>(args.refresh_interval.ns / 1'000'000), 1) : kLocalTimeoutMs;
    plan->forward_to = std::move(args.forward_to);
    return plan;
  }
  static Value exports(const Args&, const Plan&, const ExportContext&) { return Value(); }

  static Result<NodePtr> start(DockerPlanPtr plan, NodeContext& context) {
    auto troubles = std::make_shared<Troubles>([&context](const std::string& message, bool faulty) {
      context.set_health(faulty ? HealthState::kUnhealthy : HealthState::kHealthy, faulty ? message : "started component");
    });
    auto store = PositionStore::open(context.disk_loop(), context.data_path().string(), [troubles, log = context.log()](std::optional<Error> problem) {
      if (!problem) return troubles->clear("positions");
      if (troubles->set("positions", "positions cannot be saved: " + problem->what, problem->reason))
        log.error("positions cannot be saved: reading goes on, but lines may be sent again after a restart", {{"error", problem->what}});
    });
    if (!store) return store.error();
    return NodePtr(std::make_unique<DockerSource>(std::move(plan), context, std::move(*store), std::move(troubles)));
  }

  DockerSource(DockerPlanPtr plan, NodeContext& context, std::shared_ptr<PositionStore> store, std::shared_ptr<Troubles> troubles)
      : plan_(std::move(plan)),
        context_(context),
        store_(std::move(store)),
        troubles_(std::move(troubles)),
        entries_(context.metrics().counter("loki_source_docker_target_entries_total", "Total number of successful entries sent to the Docker target")),
        errors_(context.metrics().counter("loki_source_docker_target_parsing_errors_total", "Total number of parsing errors while receiving Docker messages")) {}

  ~DockerSource() override {
    if (!running_) return;
    // The halves go first: they tell the thread.
    lanes_.clear();
    context_.lanes().barrier();
    thread_->loop().post([this] { tails_->stop(); });
    thread_->stop_and_join();
    troubles_->mute();
  }

  void run() override {
    running_ = true;
    for (const std::string& note : store_->notes()) context_.log().warn(note);
    for (const auto& [container, position] : store_->positions()) read_to_[container] = position.seconds();
    thread_ = std::make_unique<LoopThread>("docker");
    lanes_ = LaneHalves<DockerLane>(context_.lanes(), [this, receivers = plan_->forward_to](Lane& lane) {
      auto half = std::make_unique<DockerLane>(lane, entries_, ways(lane.index()));
      half->set_receivers(receivers);
      return half;
    });
    tails_ = std::make_unique<EngineTails>(thread_->loop(), context_.log(), errors_, context_.pace_ms(EngineTails::kLookMs), store_->positions(), tails_owner());
    thread_->start();
    set_engine();
    set_targets();
  }

  void replan(DockerPlanPtr plan) {
    const auto before = std::exchange(plan_, std::move(plan));
    if (!running_) return;
    if (before->forward_to != plan_->forward_to) lanes_.each([receivers = plan_->forward_to](DockerLane& half) { half.set_receivers(receivers); });
    if (!before->asks_as(*plan_)) set_engine();
    set_targets();
  }

  void drain(std::function<void()> done) override {
    if (!running_) return done();
    thread_->loop().post([this] { tails_->stop(); });
    auto left = std::make_shared<std::atomic<size_t>>(context_.lanes().count());
    lanes_.each([left, store = store_, done = std::move(done), log = context_.log(), &main = context_.main_loop()](DockerLane& half) {
      half.drain([left, store, done, log, &main] {
        if (left->fetch_sub(1) > 1) return;
        store->flush([done, log, &main] {
          log.debug("positions saved");
          main.post(done);
        });
      });
    });
  }

  std::vector<DebugBlock> debug_info() const override {
    std::vector<DebugBlock> blocks;
    for (const auto& [container, status] : statuses_) {
      const std::lock_guard lock(read_to_mutex_);
      const auto read = read_to_.find(container);
      blocks.push_back({"targets_info",
                        {{"id", Value::string(container)},
                         {"last_error", Value::string(status->last_error())},
                         {"labels", Value::string(plan_->containers.at(container).labels_text)},
                         {"is_running", Value::boolean(status->running)},
                         {"read_offset", Value::string(read == read_to_.end() ? std::string() : std::to_string(read->second))}}});
    }
    return blocks;
  }

 private:
  size_t lane_of(const std::string& container) const { return std::hash<std::string>()(container) % context_.lanes().count(); }

  DockerLane::Ways ways(size_t lane) {
    Loop& loop = thread_->loop();
    return {[this, lane](const std::string& container) { return context_.delivery().ledger.open(context_.global_id(), container, lane); },
            [this, &loop](const std::string& container) { loop.post([this, container] { tails_->handed_on(container); }); },
            [this](std::vector<PositionStore::Change> changes, CommitMarks marks) {
              {
                const std::lock_guard lock(read_to_mutex_);
                for (const PositionStore::Change& change : changes) read_to_[change.container] = change.position.seconds();
              }
              store_->put(std::move(changes), std::move(marks));
            },
            [this](const std::string& container) {
              {
                const std::lock_guard lock(read_to_mutex_);
                read_to_.erase(container);
              }
              store_->remove(container);
            }};
  }

  EngineTails::Owner tails_owner() {
    std::vector<std::function<void(std::function<void(DockerLane&)>)>> to_lanes;
    for (size_t lane = 0; lane < context_.lanes().count(); ++lane) to_lanes.push_back(lanes_.remote(lane));
    return {[this, to_lanes](ContainerBatchPtr batch) {
              const size_t lane = lane_of(batch->container);
              to_lanes[lane]([batch = std::move(batch)](DockerLane& half) { half.take(batch); });
            },
            [this, to_lanes](const std::string& container, bool gone) {
              to_lanes[lane_of(container)]([container, gone](DockerLane& half) { half.end(container, gone); });
            }};
  }

  void set_engine() {
    EngineTails::Settings settings{plan_->address, plan_->client.config(context_.user_agent()), context_.user_agent(), plan_->timeout_ms};
    thread_->loop().post([this, settings = std::move(settings)]() mutable { tails_->set_engine(std::move(settings)); });
  }

  void set_targets() {
    if (plan_->without_container) context_.log().debug("docker target did not include container ID label: " + std::string(kContainerLabel));
    std::erase_if(statuses_, [this](const auto& item) { return !plan_->containers.contains(item.first); });
    std::vector<ContainerTail::Target> targets;
    std::map<std::string, std::string> labels;
    for (const auto& [container, found] : plan_->containers) {
      auto& status = statuses_[container];
      if (!status) status = std::make_shared<TailStatus>();
      targets.push_back({container, found.labels, status});
      labels[container] = found.labels_text;
    }
    store_->set_targets(std::move(labels));
    thread_->loop().post([this, targets = std::move(targets)]() mutable { tails_->set_targets(std::move(targets)); });
  }

  DockerPlanPtr plan_;
  NodeContext& context_;
  std::shared_ptr<PositionStore> store_;
  std::shared_ptr<Troubles> troubles_;
  Counter &entries_, &errors_;
  std::map<std::string, std::shared_ptr<TailStatus>> statuses_;
  mutable std::mutex read_to_mutex_;
  std::map<std::string, int64_t> read_to_;  // seconds, as Alloy's positions file has them
  std::unique_ptr<LoopThread> thread_;
  std::unique_ptr<EngineTails> tails_;  // the thread's, and before its loop
  LaneHalves<DockerLane> lanes_;
  bool running_ = false;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<DockerSource>("loki.source.docker", Stability::kGenerallyAvailable, kArgumentsSchema, nullptr,
                                                                   "Reads logs of Docker containers.");

}  // namespace invar::loki_source_docker
