#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "src/language/decode.h"
#include "src/runtime/config_blocks.h"
#include "src/runtime/export_tree.h"
#include "src/runtime/graph_plan.h"
#include "src/runtime/instance.h"

namespace invar {

/// Everything one load finds out before it is committed or discarded.
struct LoadState {
  Diagnostics errors;
  std::string trace_id;
  LoggingArgs logging;
  bool logging_evaluated = false;
  HttpServiceArgs http;
};

/// One module: its graph, what its nodes evaluated to, and the components it runs. A load makes new modules beside the running ones; components that go on are
/// shared by both until one of them goes. On main.
class Module {
 public:
  /// `id` is empty for the root, else the global id of the custom component. `parent` outlives it.
  Module(Host& host, std::string id, GraphPlan plan, Module* parent = nullptr, size_t index_in_parent = 0);
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

  /// What this module exports, an object.
  const Value& exports() const { return exports_; }

  /// A node as the API shows it.
  struct View {
    const PlannedNode* node;
    Health health;
    const Instance* instance;  // nullptr: a custom component
    const Module* body;        // of a custom component
    const Members* arguments;  // of a custom component
    const Value* exports;
    std::vector<std::string> references, referenced_by, data_flow_to;
  };
  std::vector<View> components() const;
  std::set<std::pair<std::string, std::string>> connections() const;

 private:
  struct Slot {
    PlanPtr plan;
    InstancePtr instance;
    bool is_new = false;
    bool changed = false;
    Value exports = Value::object({});
    std::unique_ptr<Module> body;
    Members arguments;     // given to the body
    HealthCellPtr health;  // of a custom component; shared with the module it replaces
    bool due = false;
    int64_t due_since_ns = 0;
  };

  void evaluate_node(size_t index, Module* old, LoadState& load);
  void evaluate_component(size_t index, Module* old, LoadState& load);
  void evaluate_custom(size_t index, Module* old, LoadState& load);
  void evaluate_logging(const PlannedNode& node, LoadState& load);
  void evaluate_service(const PlannedNode& node, LoadState& load);
  std::unique_ptr<Module> make_body(size_t index, Diagnostics& diagnostics);
  void fail(size_t index, const std::string& error, Diagnostics diagnostics, LoadState& load);
  void fail(size_t index, std::string_view where, const std::string& error, LoadState& load);

  void reevaluate(size_t index, Diagnostics& errors);
  void reevaluate_component(size_t index, Diagnostics& errors);
  void reevaluate_custom(size_t index, Diagnostics& errors);
  void finish_body(size_t index, Diagnostics& errors);
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
  Module* parent_;
  size_t index_in_parent_;
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
