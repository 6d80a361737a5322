#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "src/language/decode.h"
#include "src/runtime/config_blocks.h"
#include "src/runtime/export_tree.h"
#include "src/runtime/foreach.h"
#include "src/runtime/graph_plan.h"
#include "src/runtime/import.h"
#include "src/runtime/instance.h"
#include "src/runtime/remote_config.h"

namespace invar {

/// Everything one load finds out before it is committed or discarded.
struct LoadState {
  Diagnostics errors;
  Diagnostics unbuilt;  // what Alloy would run, and this build cannot
  std::string trace_id;
  LoggingArgs logging;
  bool logging_evaluated = false;
  bool tracing = false;  // there is such a block
  HttpServiceArgs http;
  RemoteConfigArgs remote;
  LiveDebuggingArgs live_debugging;
  std::shared_ptr<TlsServer> tls;  // of the http block; nullptr without
};

/// What a foreach block says, decoded.
struct ForeachSettings {
  ForeachArgs args;
  Origins origins;
};

/// One module: its graph, what its nodes evaluated to, and the components it runs. A load makes new modules beside the running ones; components that go on are
/// shared by both until one of them goes. On main.
class Module {
 public:
  /// `id` is empty for the root, else the global id of the custom component. Metrics of a `hidden` one are not shown.
  Module(Host& host, std::string id, GraphPlan plan, bool hidden = false);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  const std::string& id() const { return id_; }
  const GraphPlan& plan() const { return plan_; }

  /// Evaluates all nodes and starts new components, touching nothing that runs. `old` is the running module of that id, or nullptr. Errors go to `load`.
  void evaluate(Members arguments, Module* old, LoadState& load);

  /// Makes this module the running one: inside a lane transaction, after an evaluation without errors.
  void commit();
  /// All instances of this module and those inside it, dependencies first.
  void list_instances(std::vector<InstancePtr>& out) const;
  void list_ids(std::set<std::string>& out) const;
  /// The module of that id, in this one or inside it; nullptr when there is none.
  const Module* find(std::string_view id) const;

  /// The running node `index` has new exports: what depends on it is due.
  void note_exports(size_t index);
  /// Evaluates what is due, inside a lane transaction. A node that fails keeps running as it was, unhealthy. Returns the failures.
  Diagnostics evaluate_due();
  /// Templates whose items are due are evaluated after that, beside what runs and outside of a transaction; true when there is something to commit.
  bool prepare_templates();
  /// Inside a lane transaction. Adds the components that are no longer part of the graph.
  void commit_templates(std::vector<InstancePtr>& gone);
  /// The running imports whose new content was refused say so.
  void refuse_imports(const std::string& why);

  /// What this module exports, an object.
  const Value& exports() const { return exports_; }

  /// A node as the API shows it.
  struct View {
    const PlannedNode* node;
    Health health;
    const Instance* instance;           // nullptr: a custom component, or a foreach
    std::vector<const Module*> bodies;  // of a custom component, one; of a foreach, one per item
    const Members* arguments;           // of a custom component
    const ForeachSettings* foreach;
    const Value* exports;
    std::vector<std::string> references, referenced_by, data_flow_to;
  };
  std::vector<View> components() const;
  std::set<std::pair<std::string, std::string>> connections() const;

 private:
  using Bodies = std::vector<std::unique_ptr<Module>>;
  struct Items {
    std::shared_ptr<const ForeachSettings> settings;
    Bodies bodies;
  };
  struct Slot {
    PlanPtr plan;
    InstancePtr instance;
    bool is_new = false;
    bool changed = false;
    Value exports = Value::object({});
    Bodies bodies;                                   // of a custom component, one; of a foreach, one per item
    Members arguments;                               // given to the body of a custom component
    std::shared_ptr<const ForeachSettings> foreach;
    std::unique_ptr<Items> next;                     // of a foreach: evaluated, not committed
    bool stale = false;                              // a foreach whose items are to be evaluated again
    ImportPtr import;
    HealthCellPtr health;                            // of a custom component or a foreach; shared with the module it replaces
    bool due = false;
    int64_t due_since_ns = 0;
  };

  void evaluate_node(size_t index, Module* old, LoadState& load);
  void evaluate_component(size_t index, Module* old, LoadState& load);
  void evaluate_custom(size_t index, Module* old, LoadState& load);
  void evaluate_foreach(size_t index, Module* old, LoadState& load);
  std::optional<std::string> evaluate_import(size_t index, Module* old);
  void evaluate_unbuilt(size_t index, LoadState& load);
  /// What the node's component makes of its arguments; nullptr and the error, also where this run's minimum stability does not allow them.
  PlanPtr plan_component(const PlannedNode& node, Diagnostics& diagnostics);
  /// Whether a refusal may come from a value that shows only at run time.
  bool may_be_unfounded(const PlannedNode& node, const Diagnostics& refusal);
  Value planned_exports(const PlannedNode& node, const Plan& plan) const;
  void evaluate_logging(const PlannedNode& node, LoadState& load);
  void evaluate_service(const PlannedNode& node, LoadState& load);
  std::unique_ptr<Module> make_body(size_t index, Diagnostics& diagnostics);
  std::unique_ptr<Module> make_module(const ast::Body& body, const GraphContext& context, std::string id, bool hidden, Diagnostics& diagnostics);
  /// The modules of a foreach, evaluated beside those that run; or Alloy's error, with what is shown of it in `errors`.
  std::optional<std::string> make_items(size_t index, const Bodies& running, LoadState& load, Items& made, Diagnostics& errors);
  static Module* find_body(const Bodies& bodies, std::string_view id);
  ImportSite site_of_imports();
  void keep_exports(size_t index, LoadState& load);
  void fail(size_t index, const std::string& error, Diagnostics diagnostics, LoadState& load);
  void fail(size_t index, std::string_view where, const std::string& error, LoadState& load);

  void reevaluate(size_t index, Diagnostics& errors);
  void reevaluate_component(size_t index, Diagnostics& errors);
  void reevaluate_custom(size_t index, Diagnostics& errors);
  void reevaluate_import(size_t index, Diagnostics& errors);
  void finish_bodies(size_t index, Diagnostics& errors);
  void fail_running(size_t index, const std::string& error, Diagnostics diagnostics, Diagnostics& errors);
  void set_arguments(Members arguments);
  void set_exports(size_t index, Value exports);
  void mark_due(size_t index);
  void log_failure(const PlannedNode& node, const std::string& error, const LoadState* load) const;

  /// What the expressions of a node may name, besides the standard library.
  Members variables_for(const PlannedNode& node);
  std::optional<Failure> decode_arguments(const PlannedNode& node, Members& arguments);
  /// Argument and export blocks; nullopt, or Alloy's error.
  std::optional<std::string> evaluate_argument(const PlannedNode& node);
  std::optional<std::string> evaluate_export(const PlannedNode& node);
  void collect_exports();
  std::string global_id(const std::string& local_id) const { return id_.empty() ? local_id : id_ + "/" + local_id; }
  static Slot* slot_of(Module* module, const PlannedNode& node);

  Host& host_;
  std::string id_;
  GraphPlan plan_;
  bool hidden_;
  Logger log_;
  Scope library_;
  std::vector<Slot> slots_;
  Members given_;      // arguments of this module
  Members arguments_;  // label -> {value = ..}: given or default
  Members module_exports_;
  Value exports_ = Value::object({});
  ExportTree tree_;
};

}  // namespace invar
