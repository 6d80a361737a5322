#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/diagnostics.h"
#include "src/runtime/component.h"
#include "src/runtime/declare_scope.h"
#include "src/runtime/gate.h"
#include "src/runtime/graph.h"
#include "src/runtime/module_source.h"

namespace invar {

enum class NodeKind : uint8_t {
  kService,    // http, livedebugging, ..: one per service, with or without a block
  kDeclare,
  kArgument,
  kExport,
  kLogging,    // always there in the root module
  kTracing,
  kImport,
  kForeach,
  kComponent,
  kCustom,     // instance of a declare
  kNotBuilt,   // Alloy has it, this build has not
};

/// A use of one node's export by another: `loki.write.w.receiver` is {index of loki.write.w, "receiver"}.
struct PlannedReference {
  size_t target;
  std::string rest;
};

/// A node of a module, before anything is evaluated.
struct PlannedNode {
  NodeKind kind;
  std::string id;                           // loki.write.w
  const ast::Block* block = nullptr;        // nullptr: defaults
  const ComponentSpec* spec = nullptr;      // kComponent
  std::set<std::string> names;              // first names its expressions use
  std::vector<PlannedReference> references; // in source order
};

/// What Alloy only warns about when it builds a graph.
struct GraphWarning {
  std::string function;                 // a deprecated function, or
  std::string component, stdlib_name;   // a component that shadows a name
};

/// Names, edges and literals of one module: pure, no I/O.
struct GraphPlan {
  std::vector<PlannedNode> nodes;
  Graph graph;                // node numbers are those of `nodes`
  std::vector<size_t> order;  // dependencies first
  DeclareScopePtr declares;
  std::vector<GraphWarning> warnings;
};

/// What a graph is built from, besides its blocks.
struct GraphContext {
  const FeatureGate& gate;
  /// The built component of that name; nullptr when this build has none.
  const ComponentSpec* (*find_component)(std::string_view name);
  bool root = true;
  DeclareScopePtr outer;                // of the module that declares this one; nullptr for the root
  Members variables;                    // what expressions may name besides components: module_path and more, see DeclareScope
  std::set<std::string> argument_names; // given to this instance
};

/// Builds the graph of a module; Alloy's errors of `run` go to `diagnostics` (the plan is then not to be used).
GraphPlan plan_graph(const ModuleSource& source, const GraphContext& context, Diagnostics& diagnostics);

/// foreach or import.file, ..: whether nodes of that kind are components in Alloy's lists.
inline bool is_component(NodeKind kind) { return kind == NodeKind::kComponent || kind == NodeKind::kCustom || kind == NodeKind::kForeach; }

/// One sentence for each thing in the root module, its templates, and the declares it instantiates, that this build cannot run. What is imported is not known yet.
void find_unbuilt(const ModuleSource& source, const GraphContext& context, Diagnostics& diagnostics);

}  // namespace invar
