#include <fcntl.h>

#include <array>
#include <functional>

#include "src/components/loki/source/gelf/gelf_lane.h"
#include "src/io/listener.h"
#include "src/runtime/component.h"

namespace invar::loki_source_gelf {
namespace {

struct GelfArgs {
  std::string listen_address = "0.0.0.0:12201";
  bool use_incoming_timestamp = false;
  relabel::RulesPtr relabel_rules = std::make_shared<const relabel::RulesCapsule>(std::vector<relabel::RuleArgs>());
  std::vector<LogsReceiverPtr> forward_to;
  bool operator==(const GelfArgs& other) const {
    const auto same_rules = [](const relabel::RulesPtr& a, const relabel::RulesPtr& b) { return a == b || (a && b && a->equals(*b)); };
    return listen_address == other.listen_address && use_incoming_timestamp == other.use_incoming_timestamp && forward_to == other.forward_to &&
           same_rules(relabel_rules, other.relabel_rules);
  }
};

using enum Presence;
constexpr std::array kRows{
    attr<&GelfArgs::listen_address>("listen_address", kOptional, "UDP host and port to listen on."),
    attr<&GelfArgs::use_incoming_timestamp>("use_incoming_timestamp", kOptional, "Keeps the senders' timestamps."),
    attr<&GelfArgs::relabel_rules>("relabel_rules", kOptional, "Rules applied to the labels of messages, those with `__gelf_` included."),
    attr<&GelfArgs::forward_to>("forward_to", kRequired, "Receivers of the entries."),
};
constexpr Schema kArgumentsSchema = schema<GelfArgs>("loki.source.gelf", "Listens for GELF messages over UDP.", kRows);

Result<Fd> open_socket(const std::string& address) {
  auto fd = open_datagram_socket(address);
  if (fd) return fd;
  constexpr std::string_view kListen = "listen udp: ";
  const Error& error = fd.error();
  if (error.what.starts_with(kListen)) return Error{"ResolveUDPAddr('" + address + "'): " + error.what.substr(kListen.size()), error.reason};
  return Error{"ListenUDP: " + error.what, error.reason};
}

class GelfSource final : public NodeOf<GelfSource> {
 public:
  using Args = GelfArgs;
  using Plan = GelfPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static GelfPlanPtr make_plan(Args args, Span, Diagnostics&) {
    auto plan = std::make_shared<Plan>();
    constexpr const char* kAnyHost = ":12201";
    plan->listen_address = args.listen_address.empty() ? kAnyHost : std::move(args.listen_address);
    plan->use_incoming_timestamp = args.use_incoming_timestamp;
    plan->forward_to = std::move(args.forward_to);
    if (args.relabel_rules) plan->rules = relabel::Rules(args.relabel_rules->rules());
    return plan;
  }
  static Value exports(const Args&, const Plan&, const ExportContext&) { return Value(); }
  static Result<NodePtr> start(GelfPlanPtr plan, NodeContext& context) {
    auto socket = open_socket(plan->listen_address);
    if (!socket) return socket.error();
    return NodePtr(std::make_unique<GelfSource>(std::move(plan), context, std::move(*socket)));
  }

  GelfSource(GelfPlanPtr plan, NodeContext& context, Fd socket) : plan_(std::move(plan)), context_(context), metrics_(context.metrics()), socket_(std::move(socket)) {}

  void run() override {
    // All of a message's chunks have to come to one lane, and they may come from any port of their sender: one lane reads.
    lane_ = std::hash<std::string>()(context_.global_id()) % context_.lanes().count();
    halves_ = LaneHalves<GelfLane>(context_.lanes(), [plan = plan_, metrics = metrics_, reading = lane_, &context = context_](Lane& lane) {
      const AnswerAfter read_on_after = context.delivery().settings.answer_after;
      const size_t most_unsettled = read_on_after == AnswerAfter::kDelivery ? kMostUnsettled : 0;
      GelfLane::World world{metrics, context.log(), context.delivery().ledger.open(context.global_id(), "", lane.index()), most_unsettled};
      auto half = std::make_unique<GelfLane>(lane, world, plan);
      if (read_on_after == AnswerAfter::kWriteAhead && lane.index() == reading) half->open_write_ahead(context, context.data_path() / "write-ahead");
      return half;
    });
    running_ = true;
    listen();
  }

  /// A new address is bound before the load is accepted.
  Result<void> prepare_replan(const Plan& plan) {
    prepared_ = Fd();
    if (plan.listen_address == plan_->listen_address) return {};
    auto socket = open_socket(plan.listen_address);
    if (!socket) return socket.error();
    prepared_ = std::move(*socket);
    return {};
  }

  void replan(GelfPlanPtr plan) {
    const bool moves = plan->listen_address != plan_->listen_address;
    if (moves) say_closed();
    plan_ = std::move(plan);
    halves_.each([plan = plan_](GelfLane& half) { half.adopt(plan); });
    if (!moves) return;
    socket_ = std::move(prepared_);
    listen();
  }

  void drain(std::function<void()> done) override {
    if (!running_) return done();
    context_.log().info("component shutting down");
    say_closed();
    socket_ = Fd();
    halves_.on(lane_, [done = std::move(done), &main = context_.main_loop()](GelfLane& half) {
      half.drain([done, &main] { main.post(done); });
    });
  }

 private:
  static constexpr size_t kMostUnsettled = 64;

  /// The lane reads another descriptor of the socket.
  void listen() {
    auto fd = std::make_shared<Fd>(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0));
    halves_.on(lane_, [fd](GelfLane& half) { half.listen(std::move(*fd)); });
    context_.log().info("listening for GELF UDP messages", {{"listen_address", plan_->listen_address}});
  }

  void say_closed() const {
    context_.log().info("shutting down GELF UDP listener", {{"listen_address", plan_->listen_address}});
    context_.log().info("GELF UDP listener shutdown", {{"listen_address", plan_->listen_address}});
  }

  GelfPlanPtr plan_;
  NodeContext& context_;
  GelfMetrics metrics_;
  Fd socket_, prepared_;
  size_t lane_ = 0;
  LaneHalves<GelfLane> halves_;
  bool running_ = false;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<GelfSource>("loki.source.gelf", Stability::kGenerallyAvailable, kArgumentsSchema, nullptr,
                                                                 "Listens for GELF messages over UDP.");

}  // namespace invar::loki_source_gelf
