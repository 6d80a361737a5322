#include "src/runtime/validate.h"

#include <map>
#include <memory>
#include <set>

#include "src/base/codes.h"
#include "src/base/quote.h"
#include "src/language/decode.h"
#include "src/runtime/block_span.h"
#include "src/runtime/graph.h"
#include "src/runtime/reference.h"

namespace invar {
namespace {

/// What an instance of a declare may be given: one row per argument block. Imports are not opened: theirs has no schema.
struct CustomComponent {
  std::vector<Row> rows;
  Schema schema;
  bool checked = false;
};

/// The custom components that a module sees, by the first part of their name.
struct CustomComponents {
  const CustomComponents* outer = nullptr;
  std::map<std::string, std::unique_ptr<CustomComponent>, std::less<>> by_name;

  const CustomComponent* find(std::string_view first_part) const {
    for (const auto* scope = this; scope; scope = scope->outer)
      if (const auto found = scope->by_name.find(first_part); found != scope->by_name.end()) return found->second.get();
    return nullptr;
  }
};

struct ModuleState;

struct NodeState {
  const ast::Block* block;
  std::string id;
  bool component = false;
  const Schema* schema = nullptr;     // of config blocks and services; nullptr: not checked
  Diagnostics findings;               // those that come before the type check
  std::unique_ptr<ModuleState> body;  // of declare and foreach
  std::vector<Traversal> traversals;
};

struct ModuleState {
  bool root = true;
  bool foreach = false;
  ModuleState* around_foreach = nullptr;  // whose nodes the template sees
  ModuleSource source;
  std::vector<const ast::Block*> components, services;
  CustomComponents custom;
  std::vector<NodeState> nodes;
  Graph graph;
  std::vector<const ast::Block*> arguments;

  bool has_node(std::string_view id) const {
    return graph.find(id) || (around_foreach && around_foreach->has_node(id));
  }
};

/// Calls `take` with every literal that an attribute of that name has, also in blocks inside, as Alloy walks the tree. A template is a module of its own.
template <class Take>
void each_literal(const ast::Body& body, std::string_view name, const Take& take) {
  for (const ast::Statement& statement : body) {
    if (const ast::Block* inner = statement.block()) {
      if (inner->full_name() != "template") each_literal(inner->body, name, take);
      continue;
    }
    const auto* literal = statement.attribute()->name.name == name ? statement.attribute()->value->as<ast::Literal>() : nullptr;
    if (literal) take(*literal);
  }
}

bool literal_true(const ast::Block& block, std::string_view name) {
  bool found = false;
  each_literal(block.body, name, [&](const ast::Literal& literal) {
    if (literal.kind == ast::TokenKind::kBool) found = literal.text == "true";
  });
  return found;
}

std::optional<std::string> literal_string(const ast::Block& block, std::string_view name) {
  std::optional<std::string> found;
  each_literal(block.body, name, [&](const ast::Literal& literal) {
    std::string text;
    if (literal.kind == ast::TokenKind::kString && unquote(literal.text, text)) found = std::move(text);
  });
  return found;
}

class Validator {
 public:
  explicit Validator(const FeatureGate& gate) : gate_(gate) { scope_names_.insert("module_path"); }

  Diagnostics run(const ModuleSource& source) {
    ModuleState root;
    root.source = source;
    collect(root);
    Diagnostics found;
    check(root, found);
    return found;
  }

 private:
  // First pass: nodes of all modules, and the custom components they define.

  void collect(ModuleState& module) {
    split_services(module);
    collect_declares(module);
    collect_configs(module);
    collect_components(module);
    collect_services(module);
  }

  static void split_services(ModuleState& module) {
    for (const ast::Block* block : module.source.components) {
      const auto* known = catalog_block(block->id());
      (known && known->service ? module.services : module.components).push_back(block);
    }
  }

  using Seen = std::map<std::string, const ast::Block*>;

  static NodeState make_node(const ast::Block& block) { return {.block = &block, .id = block.id()}; }

  /// A later block with the same id is reported, and kept under an id of its own so that it is checked too.
  static bool note_duplicate(NodeState& node, Seen& seen, size_t index) {
    const auto [first, is_new] = seen.emplace(node.id, node.block);
    if (is_new) return false;
    node.findings.error(name_span(*node.block, node.id.size()), already_declared_message(node.id, *first->second), codes::kDuplicate);
    node.id += "-" + std::to_string(index);
    return true;
  }

  static bool note_missing_label(NodeState& node) {
    if (!node.block->label.empty()) return false;
    const std::string name = node.block->full_name();
    node.findings.error(name_span(*node.block, name.size()), name + " block must have a label", codes::kMissing);
    return true;
  }

  static void note_disallowed(const ModuleState& module, NodeState& node) {
    if (module.root && !module.foreach) return;
    const std::string id = node.block->id();
    node.findings.error(name_span(*node.block, id.size()), id + (module.root ? " not allowed in foreach" : " not allowed in module"), codes::kPlace);
  }

  static void add_node(ModuleState& module, NodeState node) {
    module.graph.add(node.id);
    module.nodes.push_back(std::move(node));
  }

  /// The blocks of a module inside a module; anything else that stands there is reported with its owner.
  static void sort_inner(const ast::Body& body, ModuleSource& source, Diagnostics& findings) {
    for (const ast::Statement& statement : body) {
      if (statement.attribute()) {
        findings.error(statement.span, "unsupported statement type *ast.AttributeStmt", codes::kPlace);
        continue;
      }
      const ast::Block& block = *statement.block();
      const std::string name = block.full_name();
      (is_config_block(name) ? source.configs : name == "declare" ? source.declares : source.components).push_back(&block);
    }
  }

  void collect_declares(ModuleState& module) {
    Seen seen;
    size_t index = 0;
    for (const ast::Block* block : module.source.declares) {
      NodeState node = make_node(*block);
      note_missing_label(node);
      note_duplicate(node, seen, index++);
      auto body = std::make_unique<ModuleState>();
      body->root = false;
      body->custom.outer = &module.custom;
      sort_inner(block->body, body->source, node.findings);
      collect(*body);
      if (!block->label.empty()) {
        scope_names_.insert("argument");
        define_custom(module, block->label, &body->arguments);
      }
      node.body = std::move(body);
      add_node(module, std::move(node));
    }
  }

  static void define_custom(ModuleState& module, const std::string& name, const std::vector<const ast::Block*>* arguments) {
    auto custom = std::make_unique<CustomComponent>();
    if (arguments) {
      custom->checked = true;
      for (const ast::Block* argument : *arguments)
        custom->rows.push_back({.kind = RowKind::kAttr,
                                .name = argument->label,
                                .presence = literal_true(*argument, "optional") ? Presence::kOptional : Presence::kRequired,
                                .type = &Spoken<Value>::kType});
      custom->schema = {.name = "custom", .summary = {}, .rows = custom->rows};
    }
    module.custom.by_name[name] = std::move(custom);
  }

  void collect_configs(ModuleState& module) {
    Seen seen;
    size_t index = 0;
    for (const ast::Block* block : module.source.configs) {
      NodeState node = make_node(*block);
      const bool duplicate = note_duplicate(node, seen, index++);
      const std::string name = block->full_name();
      const auto* known = catalog_block(name);
      node.schema = known ? &known->arguments : nullptr;
      if (name == "logging" || name == "tracing") {
        note_disallowed(module, node);
      } else if (name == "foreach") {
        collect_foreach(module, node);
      } else if (name == "argument" || name == "export") {
        if (module.root) node.findings.error(whole_span(*block), name + " blocks only allowed inside a module", codes::kPlace);
        if (!note_missing_label(node) && name == "argument" && !duplicate) module.arguments.push_back(block);
      } else if (!note_missing_label(node) && !duplicate) {
        define_custom(module, block->label, nullptr);
      }
      add_node(module, std::move(node));
    }
  }

  void collect_foreach(ModuleState& module, NodeState& node) {
    const ast::Block& block = *node.block;
    if (auto allowed = gate_.check(Stability::kExperimental, "foreach block \"foreach\""); !allowed)
      node.findings.error(name_span(block, std::string_view("foreach").size()), allowed.error().what, codes::kStability);
    note_missing_label(node);
    node.schema = &foreach_schema();
    const ast::Block* body = nullptr;
    for (const ast::Statement& statement : block.body)
      if (statement.block() && statement.block()->full_name() == "template") body = statement.block();
    if (!body) {
      node.findings.error(whole_span(block), "missing required block \"template\"", codes::kMissing);
      return;
    }
    auto inner = std::make_unique<ModuleState>();
    inner->root = module.root;
    inner->foreach = true;
    inner->around_foreach = &module;
    inner->custom.outer = &module.custom;
    sort_inner(body->body, inner->source, node.findings);
    if (auto variable = literal_string(block, "var")) scope_names_.insert(std::move(*variable));
    collect(*inner);
    node.body = std::move(inner);
  }

  /// foreach takes its template apart itself: its arguments are the attributes only.
  static const Schema& foreach_schema() {
    static const std::vector<Row> rows = [] {
      std::vector<Row> kept;
      for (const Row& row : catalog_block("foreach")->arguments.rows)
        if (row.name != "template") kept.push_back(row);
      return kept;
    }();
    static const Schema schema{.name = "foreach", .summary = {}, .rows = rows};
    return schema;
  }

  /// What the type check says of a config block, but for templates, which it does not know.
  static void check_config(const NodeState& node, Diagnostics& found) {
    Diagnostics all;
    check_block(*node.block, *node.schema, all);
    for (const Diagnostic& diagnostic : all.all())
      if (!node.body || diagnostic.message != "unrecognized block name \"template\"") found.add(diagnostic);
  }

  static void collect_components(ModuleState& module) {
    Seen seen;
    size_t index = 0;
    for (const ast::Block* block : module.components) {
      NodeState node = make_node(*block);
      node.component = true;
      const std::string name = block->full_name();
      if (block->label.empty())
        node.findings.error(name_span(*block, name.size()), "component " + invar::quoted(name) + " must have a label", codes::kMissing);
      note_duplicate(node, seen, index++);
      add_node(module, std::move(node));
    }
  }

  static void collect_services(ModuleState& module) {
    Seen seen;
    size_t index = 0;
    for (const ast::Block* block : module.services) {
      NodeState node = make_node(*block);
      const auto* known = catalog_block(node.id);
      note_duplicate(node, seen, index++);
      note_disallowed(module, node);
      if (known->not_configurable)
        node.findings.error(whole_span(*block), "service " + invar::quoted(known->name) + " does not support being configured", codes::kPlace);
      else
        node.schema = &known->arguments;
      add_node(module, std::move(node));
    }
  }

  // Second pass: types, references, cycles.

  void check(ModuleState& module, Diagnostics& found) {
    for (size_t i = 0; i < module.nodes.size(); ++i) {
      NodeState& node = module.nodes[i];
      if (node.component && !check_component(module, node, found)) continue;
      if (!node.component) {
        found.append(std::move(node.findings));
        if (node.schema) check_config(node, found);
        if (node.body) check(*node.body, found);
      }
      check_references(module, i, found);
    }
    check_cycles(module, found);
  }

  /// False when there is no such component: then nothing else is said about it.
  bool check_component(const ModuleState& module, NodeState& node, Diagnostics& found) {
    const ast::Block& block = *node.block;
    const std::string name = block.full_name();
    const Schema* schema = nullptr;
    if (const auto* custom = module.custom.find(block.name.front())) {
      schema = custom->checked ? &custom->schema : nullptr;
    } else if (auto known = gate_.component(name)) {
      schema = &(*known)->arguments;
    } else {
      node.findings.error(name_span(block, name.size()), known.error().what, known.error().reason == "unknown" ? codes::kName : codes::kStability);
      found.append(std::move(node.findings));
      return false;
    }
    found.append(std::move(node.findings));
    // Without a schema nothing more is looked at, not even references.
    if (!schema) return false;
    check_block(block, *schema, found);
    return true;
  }

  void check_references(ModuleState& module, size_t index, Diagnostics& found) {
    const NodeState& node = module.nodes[index];
    for (const Traversal& traversal : traversals_of(node)) {
      const size_t taken = resolve_prefix(traversal, [&](std::string_view id) { return module.has_node(id); });
      const bool stdlib = is_library_name(traversal.first());
      if (taken == 0 && !stdlib && !scope_names_.contains(traversal.first())) {
        found.error(traversal.span(), unresolved_message(traversal), codes::kReference);
      } else if (taken > 0) {
        if (stdlib) found.warning(traversal.first_span(), "a component is shadowing an existing stdlib name", codes::kName);
        if (const auto target = module.graph.find(traversal.text(taken))) module.graph.connect(index, *target);
      } else if (is_deprecated_function(traversal.first())) {
        found.warning(traversal.span(),
                      "this stdlib function is deprecated; please refer to the documentation for updated usage and alternatives", codes::kDeprecated);
      } else if (is_experimental_function(traversal.text())) {
        if (auto allowed = gate_.check(Stability::kExperimental, traversal.text()); !allowed)
          found.error(traversal.span(), allowed.error().what, codes::kStability);
      }
    }
  }

  /// References of a declare's or template's content belong to the module inside.
  static std::vector<Traversal> traversals_of(const NodeState& node) {
    const std::string name = node.block->full_name();
    if (name == "declare") return {};
    std::vector<Traversal> all = find_traversals(node.block->body);
    if (name != "foreach") return all;
    std::erase_if(all, [&](const Traversal& traversal) {
      for (const ast::Statement& statement : node.block->body)
        if (const auto* block = statement.block(); block && block->full_name() == "template" &&
                                                   traversal.first_span().begin >= statement.span.begin &&
                                                   traversal.first_span().begin < statement.span.end)
          return true;
      return false;
    });
    return all;
  }

  static void check_cycles(const ModuleState& module, Diagnostics& found) {
    for (const auto& cycle : module.graph.cycles()) {
      std::string members;
      for (const size_t node : cycle) members.append(members.empty() ? "" : ", ").append(module.graph.id(node));
      for (const size_t node : cycle) found.error(header_span(*module.nodes[node].block), "cycle detected: " + members, codes::kCycle);
    }
    for (size_t node = 0; node < module.nodes.size(); ++node)
      if (module.graph.dependencies(node).contains(node))
        found.error(header_span(*module.nodes[node].block), "cannot reference self", codes::kCycle);
  }

  const FeatureGate& gate_;
  std::set<std::string> scope_names_;  // shared by all modules, as in Alloy
};

}  // namespace

Diagnostics validate(const ModuleSource& source, const FeatureGate& gate) { return Validator(gate).run(source); }

}  // namespace invar
