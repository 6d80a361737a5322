#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "src/runtime/declare_scope.h"
#include "src/runtime/health.h"
#include "src/runtime/import_source.h"

namespace invar {

class Import;
using ImportPtr = std::shared_ptr<Import>;

/// Where an import block stands.
struct ImportSite {
  Host& host;
  std::string module_id;            // of the module; what an imported module imports belongs to the same
  std::filesystem::path data_path;  // below which those of its imports are
  std::string module_path;
  std::function<void()> on_change;  // scope() is another one than before
};

/// What one import block brings in, from a source that may change while it runs. Shared by the module that runs and the one that may replace it. New content that
/// cannot be read leaves the last good one in place. On main.
class Import {
 public:
  Import(const ast::Block& block, ImportSite site);
  ~Import();

  /// Reads the arguments of the block it was made for; the error, as Alloy words it.
  std::optional<std::string> decode(const ast::Block& block, const Scope& scope);
  /// The arguments could not be read: brings in nothing.
  void stay_empty();
  /// Whether `other`, decoded, would bring in the same.
  bool same_source(const Import& other) const;
  /// Gets the content for the first time: blocks. An error refuses the load; content that is no module is logged and brings in nothing.
  std::optional<std::string> fetch(bool updating);

  /// What it brings in now.
  const DeclareScopePtr& scope() const { return scope_; }
  /// It was not looked at: the host is offline, or the arguments show only at run time.
  bool is_unknown() const { return unknown_; }
  /// The module that uses scope() runs: looks for changes from now on.
  void accept();
  /// The modules go on without scope(), for that reason.
  void note_refused(const std::string& why);

  const HealthCellPtr& health() const { return health_; }

 private:
  struct Built {
    std::shared_ptr<DeclareScope> scope = std::make_shared<DeclareScope>();
    std::map<std::string, ImportPtr> children;  // by label
    std::map<std::string, const ast::Block*> child_blocks;
    std::string error;                          // as health shows it
  };
  void take(ImportContent content);
  Built build(const ImportContent& content);
  void read_file(const std::string& name, const std::string& text, Built& built);
  std::optional<std::string> read_block(const ast::Block& block, Built& built);
  std::optional<std::string> add_child(const ast::Block& block, Built& built);
  std::optional<std::string> evaluate_children(Built& built);
  ImportPlace place(bool updating) const;
  static void add_imports(DeclareScope& scope, const std::map<std::string, ImportPtr>& children);
  void use(Built built);
  void child_changed();

  ImportSite site_;
  const ImportKind& kind_;
  std::string label_, id_, global_id_;
  Logger log_;  // as the controller names the block
  std::shared_ptr<void> args_;
  std::unique_ptr<ImportSource> source_;
  ImportContent content_;
  DeclareScopePtr scope_, accepted_;
  std::map<std::string, ImportPtr> children_;
  HealthCellPtr health_;
  bool watching_ = false;
  bool args_known_ = true;
  bool unknown_ = false;
};

}  // namespace invar
