#include "src/runtime/graph_plan.h"

#include "src/base/quote.h"
#include "src/runtime/reference.h"

namespace invar {

namespace {

class Builder {
 public:
  Builder(const ModuleSource& source, const GraphContext& context, Diagnostics& diagnostics)
      : source_(source), context_(context), diagnostics_(diagnostics) {}

  GraphPlan run() {
    auto declares = std::make_shared<DeclareScope>();
    declares->outer = context_.outer;
    declares->variables = context_.variables;
    plan_.declares = declares;
    split_services();
    add_services();
    add_declares(*declares);
    add_configs(*declares);
    add_components();
    for (size_t node = 0; node < plan_.nodes.size(); ++node) connect(node);
    find_cycles();
    plan_.order = plan_.graph.topological();
    return std::move(plan_);
  }

 private:
  using Seen = std::map<std::string, const ast::Block*>;

  bool note_duplicate(const ast::Block& block, Seen& seen) {
    const std::string id = block.id();
    const auto [first, is_new] = seen.emplace(id, &block);
    if (!is_new) diagnostics_.error(name_span(block, id.size()), already_declared_message(id, *first->second));
    return !is_new;
  }

  size_t add(NodeKind kind, std::string id, const ast::Block* block) {
    // A block may carry the id of a service, or of a config block that stands for its default: the first one keeps it.
    if (const auto taken = plan_.graph.find(id)) return *taken;
    plan_.graph.add(id);
    plan_.nodes.push_back({.kind = kind, .id = std::move(id), .block = block});
    return plan_.nodes.size() - 1;
  }

  void split_services() {
    for (const ast::Block* block : source_.components) {
      const auto* known = catalog_block(block->id());
      (known && known->service ? services_ : components_).push_back(block);
    }
  }

  void add_services() {
    if (context_.root)
      for (const CatalogBlock& known : catalog_blocks())
        if (known.service) add(NodeKind::kService, std::string(known.name), nullptr);
    for (const ast::Block* block : services_) {
      const std::string id = block->id();
      if (!context_.root) {
        diagnostics_.error(whole_span(*block), "service blocks not allowed inside a module: " + invar::quoted(id));
        continue;
      }
      PlannedNode& node = plan_.nodes[*plan_.graph.find(id)];
      if (auto allowed = context_.gate.check(catalog_block(id)->stability, "block " + invar::quoted(id)); !allowed)
        diagnostics_.error(whole_span(*block), allowed.error().what);
      else if (node.block)
        diagnostics_.error(whole_span(*block), "duplicate definition of " + invar::quoted(id));
      else
        node.block = block;
    }
  }

  void add_declares(DeclareScope& scope) {
    Seen seen;
    for (const ast::Block* block : source_.declares) {
      if (block->label == "declare") {
        diagnostics_.error(whole_span(*block), "'declare' is not a valid label for a declare block");
        continue;
      }
      if (note_duplicate(*block, seen)) continue;
      scope.declares[block->label] = block;
      add(NodeKind::kDeclare, block->id(), block);
    }
  }

  static NodeKind config_kind(std::string_view name) {
    if (name == "argument") return NodeKind::kArgument;
    if (name == "export") return NodeKind::kExport;
    if (name == "logging") return NodeKind::kLogging;
    if (name == "tracing") return NodeKind::kTracing;
    if (name == "foreach") return NodeKind::kForeach;
    if (name.starts_with("import.")) return NodeKind::kImport;
    return NodeKind::kNotBuilt;
  }

  void add_configs(DeclareScope& scope) {
    Seen seen;
    Diagnostics found;
    std::swap(found, diagnostics_);  // this phase stops at its own errors
    std::vector<size_t> added;
    for (const ast::Block* block : source_.configs) {
      if (note_duplicate(*block, seen)) continue;
      const std::string name = block->full_name();
      if (const auto* known = catalog_block(name))
        if (auto allowed = context_.gate.check(known->stability, "config block " + invar::quoted(name)); !allowed)
          diagnostics_.error(whole_span(*block), allowed.error().what);
      if (diagnostics_.has_errors()) continue;
      added.push_back(add(config_kind(name), block->id(), block));
      if (plan_.nodes[added.back()].kind != NodeKind::kImport) continue;
      scope.imports[block->label] = std::make_shared<ImportedModule>();
      imports_[block->label] = added.back();
    }
    check_places(added);
    found.append(std::move(diagnostics_));
    diagnostics_ = std::move(found);
    if (!context_.root) return;
    add_default(NodeKind::kLogging, "logging");
    add_default(NodeKind::kTracing, "tracing");
  }

  void add_default(NodeKind kind, std::string_view id) {
    for (const PlannedNode& node : plan_.nodes)
      if (node.kind == kind) return;
    add(kind, std::string(id), nullptr);
  }

  void check_places(const std::vector<size_t>& added) {
    std::set<std::string> arguments;
    for (const NodeKind kind : {NodeKind::kLogging, NodeKind::kTracing, NodeKind::kArgument, NodeKind::kExport})
      for (const size_t index : added) {
        const PlannedNode& node = plan_.nodes[index];
        if (node.kind != kind) continue;
        if (kind == NodeKind::kArgument) arguments.insert(node.block->label);
        const bool wants_root = kind == NodeKind::kLogging || kind == NodeKind::kTracing;
        if (wants_root == context_.root) continue;
        const std::string name = node.block->full_name();
        diagnostics_.error(whole_span(*node.block), wants_root ? name + " block not allowed inside a module"
                                                               : name + " blocks only allowed inside a module");
      }
    for (const std::string& given : context_.argument_names)
      if (!arguments.contains(given)) diagnostics_.error({}, "Provided argument " + invar::quoted(given) + " is not defined in the module");
  }

  void add_components() {
    Seen seen;
    for (const ast::Block* block : components_) {
      if (note_duplicate(*block, seen)) continue;
      const std::string name = block->full_name();
      if (plan_.declares->hides(block->name.front())) {
        add(NodeKind::kCustom, block->id(), block);
        continue;
      }
      const auto known = context_.gate.component(name);
      if (!known || block->label.empty()) {
        diagnostics_.error(name_span(*block, name.size()),
                           known ? "component " + invar::quoted(name) + " must have a label" : known.error().what);
        continue;
      }
      const ComponentSpec* spec = context_.find_component(name);
      const size_t index = add(spec ? NodeKind::kComponent : NodeKind::kNotBuilt, block->id(), block);
      plan_.nodes[index].spec = spec;
    }
  }

  /// Instances of custom components inside a body make it depend on their declares, so that a declare that contains itself is a cycle, and on their imports.
  void connect_declares(size_t from, const ast::Body& body) {
    for (const ast::Statement& statement : body) {
      const auto* block = statement.block();
      if (!block) continue;
      const std::string name = block->full_name();
      if (name == "declare" || name == "template")
        connect_declares(from, block->body);
      else if (const auto declare = plan_.graph.find("declare." + block->name.front()))
        plan_.graph.connect(from, *declare);
      else if (const auto import = imports_.find(block->name.front()); import != imports_.end())
        plan_.graph.connect(from, import->second);
    }
  }

  void connect_instance(size_t from, const ast::Block& block) {
    const std::string name = block.full_name();
    const size_t dot = name.find('.');
    // The import comes first: a declare of this module may have the name of one that is imported.
    if (const auto import = imports_.find(name.substr(0, dot)); dot != std::string::npos && import != imports_.end())
      return plan_.graph.connect(from, import->second);
    const auto found = plan_.declares->declares.find(dot == std::string::npos ? name : name.substr(dot + 1));
    if (found != plan_.declares->declares.end()) connect_declares(from, found->second->body);
  }

  void connect(size_t index) {
    const ast::Block* block = plan_.nodes[index].block;
    if (!block) return;
    if (plan_.nodes[index].kind == NodeKind::kDeclare) return connect_declares(index, block->body);
    if (plan_.nodes[index].kind == NodeKind::kCustom) connect_instance(index, *block);
    if (plan_.nodes[index].kind == NodeKind::kForeach) connect_declares(index, block->body);
    for (const Traversal& traversal : find_traversals(block->body)) connect(index, traversal);
  }

  void connect(size_t index, const Traversal& traversal) {
    PlannedNode& node = plan_.nodes[index];
    node.names.insert(traversal.first());
    const size_t taken = resolve_prefix(traversal, [&](std::string_view id) { return plan_.graph.find(id).has_value(); });
    const bool stdlib = is_library_name(traversal.first());
    if (taken > 0) {
      const size_t target = *plan_.graph.find(traversal.text(taken));
      if (stdlib) plan_.warnings.push_back({.component = plan_.nodes[target].id, .stdlib_name = traversal.first()});
      std::string rest = traversal.text();
      rest.erase(0, std::min(rest.size(), traversal.text(taken).size() + 1));
      node.references.push_back({target, std::move(rest)});
      plan_.graph.connect(index, target);
    } else if (!stdlib && !in_scope(traversal.first())) {
      // A template names its item and its own components: what is wrong there, its modules find out.
      if (node.kind != NodeKind::kForeach) diagnostics_.error(traversal.span(), unresolved_message(traversal));
    } else if (is_deprecated_function(traversal.first())) {
      plan_.warnings.push_back({.function = traversal.first()});
    } else if (is_experimental_function(traversal.text())) {
      // Alloy ends this excerpt at the start of the last name.
      if (auto allowed = context_.gate.check(Stability::kExperimental, traversal.text()); !allowed)
        diagnostics_.error({traversal.first_span().source, traversal.first_span().begin, traversal.last_span().begin + 1},
                           allowed.error().what);
    }
  }

  bool in_scope(std::string_view name) const {
    return context_.variables.find(name) != context_.variables.end() || (name == "argument" && !context_.argument_names.empty());
  }

  void find_cycles() {
    for (const auto& cycle : plan_.graph.cycles()) {
      std::string members;
      for (const size_t node : cycle) members.append(members.empty() ? "" : ", ").append(plan_.graph.id(node));
      diagnostics_.error({}, "cycle: " + members);
    }
    for (size_t node = 0; node < plan_.graph.size(); ++node)
      if (plan_.graph.dependencies(node).contains(node)) diagnostics_.error({}, "self reference: " + plan_.graph.id(node));
  }

  const ModuleSource& source_;
  const GraphContext& context_;
  Diagnostics& diagnostics_;
  GraphPlan plan_;
  std::vector<const ast::Block*> services_, components_;
  std::map<std::string, size_t, std::less<>> imports_;  // label -> node
};

/// Walks the root module, its templates and the declares it instantiates.
class UnbuiltSearch {
 public:
  UnbuiltSearch(const GraphContext& context, Diagnostics& diagnostics) : context_(context), diagnostics_(diagnostics) {}

  void module(const ModuleSource& source, const std::shared_ptr<DeclareScope>& scope) {
    for (const ast::Block* declare : source.declares) scope->declares[declare->label] = declare;
    for (const ast::Block* block : source.configs) {
      const std::string name = block->full_name();
      if (name.starts_with("import.")) scope->imports[block->label] = std::make_shared<ImportedModule>();
      if (name != "foreach") continue;
      for (const ast::Statement& statement : block->body)
        if (const auto* inner = statement.block(); inner && inner->full_name() == "template") inside(*inner, scope);
    }
    for (const ast::Block* block : source.components) component(*block, scope);
  }

 private:
  void component(const ast::Block& block, const std::shared_ptr<DeclareScope>& scope) {
    const std::string name = block.full_name();
    if (!scope->hides(block.name.front())) {
      if (catalog_component(name) && !context_.find_component(name)) refuse(block, "component");
      return;
    }
    const FoundDeclare found = find_declare(scope, name);
    if (found.block && seen_.insert(found.block).second) inside(*found.block, found.scope);
  }

  void inside(const ast::Block& around, const DeclareScopePtr& outer) {
    ModuleSource body;
    if (sort_body(around.body, body)) return;
    auto inner = std::make_shared<DeclareScope>();
    inner->outer = outer;
    module(body, inner);
  }

  void refuse(const ast::Block& block, std::string_view what) {
    const std::string name = block.full_name();
    diagnostics_.error(name_span(block, name.size()), "this build of invar cannot run " + std::string(what) + " " + invar::quoted(name));
  }

  const GraphContext& context_;
  Diagnostics& diagnostics_;
  std::set<const ast::Block*> seen_;
};

}  // namespace

GraphPlan plan_graph(const ModuleSource& source, const GraphContext& context, Diagnostics& diagnostics) {
  return Builder(source, context, diagnostics).run();
}

void find_unbuilt(const ModuleSource& source, const GraphContext& context, Diagnostics& diagnostics) {
  UnbuiltSearch(context, diagnostics).module(source, std::make_shared<DeclareScope>());
}

}  // namespace invar
