#pragma once

#include <concepts>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "src/base/clock.h"
#include "src/base/diagnostics.h"
#include "src/io/loop.h"
#include "src/language/decode.h"
#include "src/language/schema.h"
#include "src/language/stability.h"
#include "src/language/value.h"
#include "src/runtime/block_span.h"
#include "src/runtime/delivery.h"
#include "src/runtime/lane.h"
#include "src/runtime/logger.h"
#include "src/runtime/metrics.h"
#include "src/runtime/receiver_value.h"

namespace invar {

/// What a component will do, decided: arguments checked, regexes compiled. Immutable, no I/O behind it, shared between threads.
class Plan {
 public:
  virtual ~Plan() = default;
};
using PlanPtr = std::shared_ptr<const Plan>;

enum class HealthState : uint8_t { kUnknown, kHealthy, kUnhealthy, kExited };
struct Health {
  HealthState state = HealthState::kUnknown;
  std::string message;
  int64_t updated_ns = 0;
};

/// A block of what a component tells of its inside; attributes are shown in this order.
struct DebugBlock {
  std::string name;
  std::vector<std::pair<std::string, Value>> attributes;
  bool listed = false;  // no block, but an object in the attribute of that name, which lists those that follow each other
};

/// A running component, on main. Its work on lines is done by lane halves it makes (LaneHalves), its requests on the delivery loop.
/// Life: constructed (start of a reload that may still be discarded: no effect on the world yet, may fail through ComponentSpec::start) ->
/// run() at commit -> update()* at later commits -> drain() -> destroyed.
class Node {
 public:
  virtual ~Node() = default;
  /// The reload that made it is committed: begin.
  virtual void run() {}
  /// New arguments of a load, or an evaluation, that may still be refused: what update() will want from the world is looked up here, nothing
  /// changes yet. An error refuses it.
  virtual Result<void> prepare(const Plan& plan) { return {}; }
  /// New plan, same component: change in place and keep files, queues, counters, sockets. Inside a lane transaction; must not fail.
  virtual void update(PlanPtr plan) = 0;
  /// The component goes. Sources stop reading now; whatever lies behind them hands on or delivers what it holds: all of this by commands posted to the lanes
  /// within the call, for nodes are told one after the other, sources before sinks, without waiting. Then call `done` (once, on main; may be at once): a source when all
  /// its runs are settled, a destination when it has delivered or given up. The node is destroyed afterwards; a destination gives back what it still holds (kReturned).
  /// At the runtime's deadline it is destroyed as it is, sinks first.
  virtual void drain(std::function<void()> done) { done(); }
  /// debugInfo of the API.
  virtual std::vector<DebugBlock> debug_info() const { return {}; }
};
using NodePtr = std::unique_ptr<Node>;

/// What a node may touch: handed in, so that tests hand in fakes. Outlives the node. On main, but for what says otherwise.
class NodeContext {
 public:
  virtual ~NodeContext() = default;
  virtual const std::string& local_id() const = 0;   // loki.write.x
  virtual const std::string& global_id() const = 0;  // mod.inst/loki.write.x
  virtual Loop& main_loop() = 0;
  virtual const Clock& clock() const = 0;
  /// How long to wait where no config says it: `usual_ms`, but in tests.
  virtual uint64_t pace_ms(uint64_t usual_ms) const { return usual_ms; }
  virtual Lanes& lanes() = 0;
  /// The delivery loop: assembly, compression, requests, retries and acks of all destinations. post() from anywhere; what is bound to it is made,
  /// used and destroyed on it.
  virtual Loop& delivery_loop() = 0;
  /// For fsync and other calls that block. post() from anywhere.
  virtual Loop& disk_loop() = 0;
  /// Settings of delivery, the ledger, and what else sources and destinations share. Its settings never change.
  virtual Delivery& delivery() = 0;
  /// `<storage.path>/<global id>`; not created yet.
  virtual std::filesystem::path data_path() const = 0;
  /// The UID of alloy_seed.json, for X-Agent-Id and X-Alloy-Id; and `Alloy/<version> (..)`.
  virtual const std::string& seed_uid() const = 0;
  virtual const std::string& user_agent() const = 0;
  virtual MetricScope& metrics() = 0;
  virtual const Logger& log() const = 0;  // any thread; carries component_path and component_id
  /// New exports (an object Value). Dependants are re-evaluated later on main, coalesced; equal exports do nothing.
  virtual void publish(Value exports) = 0;
  /// From any thread; applied on main.
  virtual void set_health(HealthState state, std::string message) = 0;
  /// The stable handle behind this component's exported `receiver`.
  virtual const LogsReceiverPtr& receiver() = 0;
};

/// What the exports function may use: all of it is known without I/O.
struct ExportContext {
  const LogsReceiverPtr& receiver;
  const Value* current;  // exports of the running node with this id; null when it is new
};

/// One component type, found by the build's index: its folder's component.cpp declares `extern const ComponentSpec kComponent;`, then defines it.
struct ComponentSpec {
  std::string_view name;
  Stability stability = Stability::kGenerallyAvailable;
  const Schema* arguments = nullptr;
  const Schema* exports_schema = nullptr;
  std::string_view summary;

  /// Decodes and plans; the error goes to diagnostics (nullptr then), as `run` prints it. Pure: lint, test and run share it.
  PlanPtr (*plan)(const ast::Block& block, const Scope& scope, Diagnostics& diagnostics) = nullptr;
  bool (*equal)(const Plan& a, const Plan& b) = nullptr;      // equal arguments: the node keeps running untouched
  std::string (*arguments_json)(const Plan& plan) = nullptr;  // for the API: a list of statements
  /// Exports as far as they follow from the plan alone (pure).
  Value (*exports)(const Plan& plan, const ExportContext& context) = nullptr;
  /// The first moment that may touch the world. Error: the load is refused.
  Result<NodePtr> (*start)(PlanPtr plan, NodeContext& context) = nullptr;
  /// Why these arguments may not run at this minimum stability (`--stability.level`), as a build error; nullopt: they may. The name's own stability is not its matter.
  std::optional<std::string> (*refused_at)(const Plan& plan, Stability minimum) = nullptr;
};

/// All components of this build, written by cmake/index.cmake.
std::span<const ComponentSpec* const> components();
/// nullptr when this build has none of that name.
inline const ComponentSpec* find_component(std::string_view name) {
  for (const ComponentSpec* spec : components())
    if (spec->name == name) return spec;
  return nullptr;
}

/// The plan of a component written as style.md has it: what component<C>() makes. Keeps the arguments for equality and the API.
template <class C>
struct ArgumentPlan final : Plan {
  typename C::Args args;
  Origins origins;
  std::shared_ptr<const typename C::Plan> plan;
};

/// Adds the first refusal as Alloy prints one that has no place of its own: at the whole block, after `Failed to build component: <phase>: `.
void refuse_block(const ast::Block& block, std::string_view phase, std::string_view reason, Diagnostics& diagnostics);
/// The same for a decoder's failure; one with a place keeps it.
void refuse_block(const ast::Block& block, const Failure& failure, Diagnostics& diagnostics);

/// A component type C has: `struct Args` (with ==), `struct Plan`, `static const Schema& arguments()`, `static std::shared_ptr<const Plan>
/// make_plan(Args, Span, Diagnostics&)`, `static Value exports(const Args&, const Plan&, const ExportContext&)`, `static Result<NodePtr>
/// start(std::shared_ptr<const Plan>, NodeContext&)`, and derives from NodeOf<C>. What Alloy checks in Validate() belongs into Args::validate
/// (src/language/schema.h), what it checks in New() into make_plan: its bare message becomes `Failed to build component: building component: ..`,
/// and so does an error of start().
template <class C>
concept ComponentType = requires(typename C::Args args, Span at, Diagnostics& diagnostics, const typename C::Plan& plan,
                                 const ExportContext& exporting, std::shared_ptr<const typename C::Plan> planned, NodeContext& node) {
  { C::make_plan(std::move(args), at, diagnostics) } -> std::same_as<std::shared_ptr<const typename C::Plan>>;
  { C::exports(args, plan, exporting) } -> std::same_as<Value>;
  { C::start(planned, node) } -> std::same_as<Result<NodePtr>>;
} && std::equality_comparable<typename C::Args>;

/// Base of a component's node: unwraps the plan. `C` implements `void replan(std::shared_ptr<const Plan>)`.
template <class C>
class NodeOf : public Node {
 public:
  void update(PlanPtr plan) final {
    const auto whole = std::static_pointer_cast<const ArgumentPlan<C>>(plan);
    static_cast<C*>(this)->replan(whole->plan);
  }
  /// `C` may have a `Result<void> prepare_replan(const Plan&)`.
  Result<void> prepare(const invar::Plan& plan) final {
    if constexpr (requires(C& c, const typename C::Plan& p) { c.prepare_replan(p); })
      return static_cast<C*>(this)->prepare_replan(*static_cast<const ArgumentPlan<C>&>(plan).plan);
    else
      return {};
  }
};

template <ComponentType C>
constexpr ComponentSpec component(std::string_view name, Stability stability, const Schema& arguments, const Schema* exports,
                                  std::string_view summary) {
  using Whole = ArgumentPlan<C>;
  return {
      name, stability, &arguments, exports, summary,
      [](const ast::Block& block, const Scope& scope, Diagnostics& diagnostics) -> PlanPtr {
        auto whole = std::make_shared<Whole>();
        if (auto failure = decode_body(block.body, whole_span(block), C::arguments(), scope, &whole->args, whole->origins))
          return refuse_block(block, *failure, diagnostics), nullptr;
        Diagnostics refusals;
        whole->plan = C::make_plan(whole->args, whole_span(block), refusals);
        if (whole->plan) return whole;
        refuse_block(block, "building component", refusals.empty() ? "" : refusals.all().front().message, diagnostics);
        return nullptr;
      },
      [](const Plan& a, const Plan& b) { return static_cast<const Whole&>(a).args == static_cast<const Whole&>(b).args; },
      [](const Plan& plan) {
        const auto& whole = static_cast<const Whole&>(plan);
        return api_json(C::arguments(), &whole.args, &whole.origins);
      },
      [](const Plan& plan, const ExportContext& context) {
        const auto& whole = static_cast<const Whole&>(plan);
        return C::exports(whole.args, *whole.plan, context);
      },
      [](PlanPtr plan, NodeContext& context) { return C::start(std::static_pointer_cast<const Whole>(plan)->plan, context); },
      [](const Plan& plan, Stability minimum) -> std::optional<std::string> {
        if constexpr (requires(const typename C::Args& args) { C::refused_at(args, minimum); })
          return C::refused_at(static_cast<const Whole&>(plan).args, minimum);
        return std::nullopt;
      },
  };
}

}  // namespace invar
