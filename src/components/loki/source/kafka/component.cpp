#include <algorithm>
#include <array>
#include <map>

#include "src/components/loki/shared/troubles.h"
#include "src/components/loki/source/kafka/authentication.h"
#include "src/components/loki/source/kafka/group_member.h"
#include "src/components/loki/source/kafka/kafka_lane.h"
#include "src/runtime/component.h"

namespace invar::loki_source_kafka {
namespace {

struct KafkaArgs {
  std::vector<std::string> brokers, topics;
  std::string group_id = "loki.source.kafka";
  std::string assignor = "range";
  std::string version = "2.2.1";
  AuthenticationArgs authentication;
  bool use_incoming_timestamp = false;
  std::map<std::string, std::string> labels;
  std::vector<LogsReceiverPtr> forward_to;
  relabel::RulesPtr relabel_rules = std::make_shared<const relabel::RulesCapsule>(std::vector<relabel::RuleArgs>());
  bool operator==(const KafkaArgs& other) const {
    const auto same_rules = [](const relabel::RulesPtr& a, const relabel::RulesPtr& b) { return a == b || (a && b && a->equals(*b)); };
    return brokers == other.brokers && topics == other.topics && group_id == other.group_id && assignor == other.assignor && version == other.version &&
           authentication == other.authentication && use_incoming_timestamp == other.use_incoming_timestamp && labels == other.labels && forward_to == other.forward_to &&
           same_rules(relabel_rules, other.relabel_rules);
  }
};

using enum Presence;
constexpr std::array kRows{
    attr<&KafkaArgs::brokers>("brokers", kRequired, "Addresses of brokers, `host:port`, that know the cluster."),
    attr<&KafkaArgs::topics>("topics", kRequired, "Topics to read; one that begins with `^` is a regular expression."),
    attr<&KafkaArgs::group_id>("group_id", kOptional, "Consumer group."),
    attr<&KafkaArgs::assignor>("assignor", kOptional, "How partitions are divided among the group: `range`, `roundrobin` or `sticky`."),
    attr<&KafkaArgs::version>("version", kOptional, "Version of Kafka. It is checked; the protocol is agreed on with the brokers."),
    block<&KafkaArgs::authentication>("authentication", kOptional, "How to log in.", kAuthenticationSchema),
    attr<&KafkaArgs::use_incoming_timestamp>("use_incoming_timestamp", kOptional, "Entries have the time of their message, instead of that of reading it."),
    attr<&KafkaArgs::labels>("labels", kOptional, "Labels set on every entry."),
    attr<&KafkaArgs::forward_to>("forward_to", kRequired, "Receivers of the entries."),
    attr<&KafkaArgs::relabel_rules>("relabel_rules", kOptional, "Rules applied to the `__meta_kafka_` labels."),
};
constexpr Schema kArgumentsSchema = schema<KafkaArgs>("loki.source.kafka", "Reads messages of Kafka topics.", kRows);

struct KafkaPlan {
  GroupMember::Settings member;
  LabelPlanPtr labels;
  std::vector<LogsReceiverPtr> forward_to;
};
using KafkaPlanPtr = std::shared_ptr<const KafkaPlan>;

constexpr std::string_view kDefaultVersion = "2.1.1", kDefaultGroup = "promtail";  // for what is empty

/// The numbers of a version as sarama.ParseKafkaVersion takes it, or nothing: 0.x.y.z, or x.y.z.
std::optional<std::array<int, 4>> parse_version(const std::string& version) {
  static const Regex kOld = *Regex::compile(R"(^0\.\d+\.\d+\.\d+$)"), kNew = *Regex::compile(R"(^\d+\.\d+\.\d+$)");
  if (version.starts_with('0') ? !kOld.matches(version) : !kNew.matches(version)) return std::nullopt;
  std::array<int, 4> numbers{};
  size_t at = 0;
  for (const char c : version) {
    if (c == '.') ++at;
    else numbers[at] = std::min(10 * numbers[at] + (c - '0'), 1'000'000);
  }
  return numbers;
}

std::optional<kafka::Assignor> parse_assignor(std::string_view name) {
  if (name == "range" || name.empty()) return kafka::Assignor::kRange;
  if (name == "roundrobin") return kafka::Assignor::kRoundRobin;
  if (name == "sticky") return kafka::Assignor::kCooperativeSticky;
  return std::nullopt;
}

/// In the order in which Alloy finds what is wrong.
Result<GroupMember::Settings> settings_of(const KafkaArgs& args) {
  if (args.brokers.empty()) return Error{"no Kafka bootstrap brokers defined", ""};
  if (args.topics.empty()) return Error{"no topics given to be consumed", ""};
  const std::string version(args.version.empty() ? kDefaultVersion : args.version);
  const auto numbers = parse_version(version);
  if (!numbers) return Error{"invalid version `" + version + "`", ""};
  const auto assignor = parse_assignor(args.assignor);
  if (!assignor) return Error{"unrecognized consumer group partition assignor: " + args.assignor, ""};
  GroupMember::Settings settings;
  settings.client.assignor = *assignor;
  settings.client.brokers = args.brokers;
  settings.client.group_id = args.group_id.empty() ? kDefaultGroup : args.group_id;
  settings.client.client_id = "sarama";  // quotas of brokers, and the ids of members, go by it
  if (const auto set = set_authentication(args.authentication, settings); !set) return set.error();
  if (*numbers < std::array{0, 10, 2, 0})
    return Error{"error creating consumer group client: kafka: invalid configuration (consumer groups require Version to be >= V0_10_2_0)", ""};
  auto topics = TopicFilter::compile(args.topics);
  if (!topics) return Error{"error creating topic manager: " + topics.error().what, ""};
  settings.topics = std::move(*topics);
  return settings;
}

/// Main half: what is read, of which cluster, and how one logs in there.
class KafkaSource final : public NodeOf<KafkaSource> {
 public:
  using Args = KafkaArgs;
  using Plan = KafkaPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static KafkaPlanPtr make_plan(Args args, Span at, Diagnostics& diagnostics) {
    auto settings = settings_of(args);
    if (!settings) return diagnostics.refuse(at, settings.error().what);
    auto plan = std::make_shared<Plan>();
    plan->member = std::move(*settings);
    auto rules = args.relabel_rules ? args.relabel_rules->rules() : std::vector<relabel::RuleArgs>();
    plan->labels = std::make_shared<const LabelPlan>(std::move(args.labels), std::move(rules), args.use_incoming_timestamp);
    plan->forward_to = std::move(args.forward_to);
    return plan;
  }
  static Value exports(const Args&, const Plan&, const ExportContext&) { return Value(); }

  static Result<NodePtr> start(KafkaPlanPtr plan, NodeContext& context) { return NodePtr(std::make_unique<KafkaSource>(std::move(plan), context)); }

  KafkaSource(KafkaPlanPtr plan, NodeContext& context)
      : plan_(std::move(plan)), context_(context), troubles_(std::make_shared<Troubles>([&context](const std::string& message, bool faulty) {
          context.set_health(faulty ? HealthState::kUnhealthy : HealthState::kHealthy, faulty ? message : "started component");
        })) {}

  ~KafkaSource() override {
    if (!running_) return;
    // The halves go first: they tell the thread.
    lanes_.clear();
    context_.lanes().barrier();
    thread_->loop().post([this] { member_->abandon(); });
    thread_->stop_and_join();
    troubles_->mute();
  }

  void run() override {
    running_ = true;
    thread_ = std::make_unique<LoopThread>("kafka");
    lanes_ = LaneHalves<KafkaLane>(context_.lanes(), [this, plan = plan_](Lane& lane) {
      auto half = std::make_unique<KafkaLane>(lane, plan->labels, lane_ways(lane.index()));
      half->set_receivers(plan->forward_to);
      return half;
    });
    member_ = std::make_unique<GroupMember>(thread_->loop(), context_.log(), member_settings(), plan_->labels, member_ways());
    thread_->start();
    thread_->loop().post([this] { member_->begin(); });
  }

  void replan(KafkaPlanPtr plan) {
    const auto before = std::exchange(plan_, std::move(plan));
    if (!running_) return;
    if (before->forward_to != plan_->forward_to) lanes_.each([receivers = plan_->forward_to](KafkaLane& half) { half.set_receivers(receivers); });
    if (!(*before->labels == *plan_->labels)) {
      lanes_.each([labels = plan_->labels](KafkaLane& half) { half.set_plan(labels); });
      thread_->loop().post([this, labels = plan_->labels] { member_->set_labels(labels); });
    }
    if (!(before->member == plan_->member)) thread_->loop().post([this, settings = member_settings()] { member_->change(settings); });
  }

  void drain(std::function<void()> done) override {
    if (!running_) return done();
    context_.log().info("loki.source.kafka component shutting down, stopping target");
    thread_->loop().post([this, done = std::move(done), &main = context_.main_loop()] {
      member_->stop([done, &main] { main.post(done); });
    });
  }

 private:
  GroupMember::Settings member_settings() const {
    GroupMember::Settings settings = plan_->member;
    settings.client.session_ms = static_cast<int>(context_.pace_ms(static_cast<uint64_t>(settings.client.session_ms)));
    return settings;
  }

  KafkaLane::Ways lane_ways(size_t lane) {
    Loop& loop = thread_->loop();
    return {[this, lane](const Claim& claim) { return context_.delivery().ledger.open(context_.global_id(), claim.topic + "/" + std::to_string(claim.partition), lane); },
            [this, &loop](uint64_t claim, size_t bytes) { loop.post([this, claim, bytes] { member_->handed_on(claim, bytes); }); },
            [this, &loop](std::vector<SettledOffset> offsets) {
              loop.post([this, offsets = std::move(offsets)] { member_->settled(offsets); });
            },
            [this, &loop](uint64_t claim) { loop.post([this, claim] { member_->released(claim); }); }};
  }

  GroupMember::Ways member_ways() {
    std::vector<std::function<void(std::function<void(KafkaLane&)>)>> to_lanes;
    for (size_t lane = 0; lane < context_.lanes().count(); ++lane) to_lanes.push_back(lanes_.remote(lane));
    return {[to_lanes](KafkaBatchPtr batch) {
              const size_t lane = batch->claim->lane;
              to_lanes[lane]([batch = std::move(batch)](KafkaLane& half) { half.take(batch); });
            },
            [to_lanes](const ClaimPtr& claim) { to_lanes[claim->lane]([id = claim->id](KafkaLane& half) { half.release(id); }); },
            [troubles = troubles_](const std::string& about, std::optional<Error> problem) {
              if (problem) troubles->set(about, problem->what, problem->reason);
              else troubles->clear(about);
            },
            to_lanes.size()};
  }

  KafkaPlanPtr plan_;
  NodeContext& context_;
  std::shared_ptr<Troubles> troubles_;
  std::unique_ptr<LoopThread> thread_;
  std::unique_ptr<GroupMember> member_;  // the thread's, and before its loop
  LaneHalves<KafkaLane> lanes_;
  bool running_ = false;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<KafkaSource>("loki.source.kafka", Stability::kGenerallyAvailable, kArgumentsSchema, nullptr,
                                                                  "Reads messages of Kafka topics.");

}  // namespace invar::loki_source_kafka
