#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "src/language/catalog.h"
#include "src/runtime/component.h"
#include "src/runtime/module_source.h"
#include "src/runtime/reference.h"

namespace invar::lint {

struct ModuleModel;
struct NodeModel;

/// A use of one node by another: `loki.write.w.receiver` is {loki.write.w, "receiver"}.
struct Reference {
  Traversal traversal;
  const NodeModel* target;  // in the same module, or the one around a foreach
  size_t taken;             // names of the traversal that lead to the target
  /// The export's name, or the argument's `value`; empty when the node itself is named.
  std::string_view field() const;
};

/// A block of a module.
struct NodeModel {
  enum class Kind : uint8_t {
    kComponent,  // `component` is set
    kCustom,     // instance of a declare or an import; `definition` is set when it is a declare
    kDeclare,    // `body` is set
    kForeach,    // `body` is its template, when there is one
    kArgument,
    kExport,
    kImport,
    kConfig,     // logging, http, ...
    kUnknown,    // nothing Alloy knows
  };
  Kind kind = Kind::kUnknown;
  const ast::Block* block = nullptr;
  std::string name;  // loki.write
  std::string id;    // loki.write.w
  const CatalogComponent* component = nullptr;
  const ComponentSpec* built = nullptr;  // this build's, when it has it
  const CatalogBlock* config = nullptr;
  const ModuleModel* definition = nullptr;
  std::unique_ptr<ModuleModel> body;
  std::vector<Reference> references;         // in source order
  std::vector<const NodeModel*> referrers;   // each once
};

/// A module: the root, a declare's body, a foreach's template.
struct ModuleModel {
  const ModuleModel* outer = nullptr;  // whose custom components it sees
  const ModuleModel* around = nullptr; // of a template: whose nodes it sees
  const NodeModel* owner = nullptr;    // the declare or foreach; nullptr for the root
  std::vector<std::unique_ptr<NodeModel>> nodes;
  std::map<std::string, NodeModel*, std::less<>> by_id;
  std::map<std::string, const NodeModel*, std::less<>> customs;  // declares and imports, by name
  std::set<std::string> beside;  // ids of components that it refers to, and that are not in it: those beside the text, and those with a name that is none

  const NodeModel* find(std::string_view id) const;
  /// The declare or import that a component of that first name part is an instance of; nullptr when it is built in.
  const NodeModel* custom(std::string_view first_part) const;
};

/// What stands around a text: more of its module, which lint does not see.
struct Surroundings {
  bool is_module = false;                         // it is the file of an import, so `argument` and `export` may stand at its top
  const std::set<std::string>* beside = nullptr;  // components that stand beside it, by id
  bool open_references = false;                   // any component may stand beside it

  /// Whether somebody else may use what the text defines.
  bool open() const { return open_references || (beside && !beside->empty()); }
  /// The component beside the text that a traversal leads to, which nothing in the text does: how many of its names are the component's id; 0: it leads to none.
  size_t find_beside(const Traversal& traversal) const;
};

/// What the rules look at: the blocks of a config with what they are and whom they use. Nothing is evaluated. Points into the files, which it keeps.
class ConfigModel {
 public:
  explicit ConfigModel(ModuleSource source, const Surroundings& around = {});

  const ModuleModel& root() const { return root_; }
  const Surroundings& around() const { return around_; }
  /// Whether what stands there names a component of ModuleModel::beside.
  bool leads_beside(Span traversal) const { return outward_.contains({traversal.source, traversal.begin}); }
  /// The root, then the modules inside, outer ones first.
  const std::vector<const ModuleModel*>& modules() const { return modules_; }
  /// Calls `act(module, node)` for every node of every module; of several with one id for the first only, which others refer to.
  template <class Act>
  void each_node(Act act) const {
    for (const ModuleModel* module : modules_)
      for (const auto& node : module->nodes)
        if (module->by_id.find(node->id)->second == node.get()) act(*module, *node);
  }

 private:
  void collect(ModuleModel& module, const std::vector<const ast::Block*>& blocks);
  void classify(ModuleModel& module, NodeModel& node);
  void open_body(ModuleModel& module, NodeModel& node, const ast::Body& body);
  void link(ModuleModel& module);
  /// A component of the module that has a name which is none, and is meant: `prometheus.remote_write.x` where there is a `prometheus.remot_write "x"`. As find_beside().
  static size_t find_misspelt(const ModuleModel& module, const Traversal& traversal);
  /// Declares see nothing of what stands around them.
  static bool sees_beside(const ModuleModel& module);

  ModuleSource source_;
  Surroundings around_;
  std::set<std::pair<const Source*, uint32_t>> outward_;  // where traversals to components beside the text begin
  ModuleModel root_;
  std::vector<const ModuleModel*> modules_;
};

/// Attribute or inner block of a body by name; nullptr when there is none.
const ast::Attribute* find_attribute(const ast::Body& body, std::string_view name);
const ast::Block* find_block(const ast::Body& body, std::string_view name);
/// The text of a string literal.
std::optional<std::string> literal_text(const ast::Expr& expression);

}  // namespace invar::lint
