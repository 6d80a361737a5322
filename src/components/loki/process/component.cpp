#include "src/runtime/component.h"

#include "src/components/loki/process/process_lane.h"
#include "src/runtime/receiver_value.h"

namespace invar::loki_process {
namespace {

struct ProcessArgs {
  std::vector<LogsReceiverPtr> forward_to;
  std::vector<EnumValue> stages;
  bool operator==(const ProcessArgs&) const = default;
};

using enum Presence;
constexpr std::array kArguments{
    attr<&ProcessArgs::forward_to>("forward_to", kRequired, "Where the entries go."),
    enum_group<&ProcessArgs::stages>("stage", "What entries go through, in this order.", kStageGroup),
};
constexpr Schema kArgumentsSchema = schema<ProcessArgs>("loki.process", "Processes log entries in a pipeline of stages.", kArguments);

struct Exports {
  LogsReceiverPtr receiver;
};
constexpr std::array kExports{attr<&Exports::receiver>("receiver", kRequired, "Takes entries.")};
constexpr Schema kExportsSchema = schema<Exports>("loki.process", "", kExports);

struct ProcessPlan {
  PipelinePlanPtr pipeline;
  std::vector<LogsReceiverPtr> forward_to;
};

class ProcessNode final : public NodeOf<ProcessNode> {
 public:
  using Args = ProcessArgs;
  using Plan = ProcessPlan;
  static const Schema& arguments() { return kArgumentsSchema; }

  static std::shared_ptr<const Plan> make_plan(Args args, Span at, Diagnostics& diagnostics) {
    auto pipeline = PipelinePlan::create(args.stages);
    if (!pipeline) return diagnostics.refuse(at, pipeline.error().what);
    return std::make_shared<Plan>(Plan{*pipeline, std::move(args.forward_to)});
  }
  static Value exports(const Args&, const Plan&, const ExportContext& context) {
    const Exports exported{context.receiver};
    return to_value(kExportsSchema, &exported);
  }
  static Result<NodePtr> start(std::shared_ptr<const Plan> plan, NodeContext& context) {
    if (const auto prepared = plan->pipeline->prepare(); !prepared) return prepared.error();
    return NodePtr(std::make_unique<ProcessNode>(std::move(plan), context));
  }

  ProcessNode(std::shared_ptr<const Plan> plan, NodeContext& context) : plan_(std::move(plan)), context_(context) {}
  ~ProcessNode() override {
    const LogsReceiverPtr receiver = context_.receiver();
    for (size_t i = 0; i < context_.lanes().count(); ++i)
      context_.lanes()[i].post([receiver, i] { receiver->bind(i, nullptr); });
  }

  void run() override {
    const auto make = [plan = plan_, context = &context_](Lane& lane) {
      auto half = std::make_unique<ProcessLane>(ProcessLane::Context{lane, context->metrics(), &context->log()}, plan->pipeline,
                                                plan->forward_to);
      context->receiver()->bind(lane.index(), half.get());
      return half;
    };
    halves_ = LaneHalves<ProcessLane>(context_.lanes(), make);
  }
  Result<void> prepare_replan(const Plan& plan) { return plan.pipeline->prepare(); }
  void replan(std::shared_ptr<const Plan> plan) {
    plan_ = std::move(plan);
    halves_.each([plan = plan_](ProcessLane& half) { half.adopt(plan->pipeline, plan->forward_to); });
  }
  void drain(std::function<void()> done) override {
    const auto left = std::make_shared<std::atomic<size_t>>(context_.lanes().count());
    halves_.each([left, done = std::move(done), main = &context_.main_loop()](ProcessLane& half) {
      half.flush();
      if (left->fetch_sub(1) == 1) main->post(done);
    });
  }

 private:
  std::shared_ptr<const Plan> plan_;
  NodeContext& context_;
  LaneHalves<ProcessLane> halves_;
};

}  // namespace

extern const ComponentSpec kComponent;
constinit const ComponentSpec kComponent = component<ProcessNode>("loki.process", Stability::kGenerallyAvailable, kArgumentsSchema, &kExportsSchema,
                                                                  "Processes log entries in a pipeline of stages.");

}  // namespace invar::loki_process
