#include "src/runtime/import.h"

#include "src/base/check.h"
#include "src/base/quote.h"
#include "src/language/decode.h"
#include "src/parser/parse.h"
#include "src/runtime/block_span.h"
#include "src/text/path.h"

namespace invar {

const ImportKind& import_kind(std::string_view name) {
  for (const ImportKind* kind : {&kImportFile, &kImportString, &kImportHttp, &kImportGit})
    if (kind->name == name) return *kind;
  INVAR_CHECK(false);
  return kImportFile;
}

namespace {

bool is_import(std::string_view name) {
  for (const ImportKind* kind : {&kImportFile, &kImportString, &kImportHttp, &kImportGit})
    if (kind->name == name) return true;
  return false;
}

std::string global_id_of(const std::string& module_id, const std::string& id) { return module_id.empty() ? id : module_id + "/" + id; }

/// The block's own log lines: Alloy names its place by path.Dir, which is `.` for the root.
Logger block_log(const Logger& log, const std::string& global_id) {
  const size_t slash = global_id.rfind('/');
  return log.with({{"config_path", directory_of(global_id)}, {"config_id", global_id.substr(slash == std::string::npos ? 0 : slash + 1)}});
}

/// Those of its source: like a component's.
Logger source_log(const Logger& log, const std::string& global_id) {
  const auto [path, id] = split_id(global_id);
  return log.with({{"config_path", path}, {"config_id", id}});
}

}  // namespace

Import::Import(const ast::Block& block, ImportSite site)
    : site_(std::move(site)),
      kind_(import_kind(block.full_name())),
      label_(block.label),
      id_(block.id()),
      global_id_(global_id_of(site_.module_id, id_)),
      log_(block_log(site_.host.log, global_id_)),
      health_(std::make_shared<HealthCell>(site_.host.clock)) {}

Import::~Import() = default;

std::optional<std::string> Import::decode(const ast::Block& block, const Scope& scope) {
  args_ = kind_.arguments->create();
  Origins origins;
  if (auto failure = decode_body(block.body, whole_span(block), *kind_.arguments, scope, args_.get(), origins)) return "decoding configuration: " + failure->error();
  args_known_ = !origins.any_unknown();
  unknown_ = !args_known_ || (site_.host.offline && (&kind_ == &kImportHttp || &kind_ == &kImportGit));
  return std::nullopt;
}

bool Import::same_source(const Import& other) const {
  return &kind_ == &other.kind_ && site_.module_path == other.site_.module_path && kind_.arguments->equal(args_.get(), other.args_.get());
}

ImportPlace Import::place(bool updating) const {
  return {.host = site_.host,
          .global_id = global_id_,
          .data_path = site_.data_path / global_id_,
          .module_path = site_.module_path,
          .log = source_log(site_.host.log, global_id_),
          .updating = updating};
}

void Import::stay_empty() {
  // Alloy asks for the path all the same, and logs that there is none.
  args_ = kind_.arguments->create();
  const auto nothing = std::make_shared<DeclareScope>();
  nothing->variables.emplace("module_path", Value::string(kind_.make(args_.get(), place(false))->module_path()));
  scope_ = nothing;
}

std::optional<std::string> Import::fetch(bool updating) {
  source_ = kind_.make(args_.get(), place(updating));
  if (unknown_) {
    scope_ = std::make_shared<DeclareScope>();
    const auto checked = args_known_ ? source_->check() : Result<void>();
    return checked ? std::nullopt : std::optional(checked.error().what);
  }
  auto content = source_->fetch();
  if (!content) {
    const auto nothing = std::make_shared<DeclareScope>();
    nothing->variables.emplace("module_path", Value::string(source_->module_path()));
    scope_ = nothing;
    return content.error().what;
  }
  content_ = std::move(*content);
  use(build(content_));
  health_->set_evaluated(HealthState::kHealthy, "source evaluated");
  return std::nullopt;
}

void Import::use(Built built) {
  if (built.error.empty())
    health_->set_own(HealthState::kHealthy, "content updated");
  else
    health_->set_own(HealthState::kUnhealthy, built.error);
  scope_ = std::move(built.scope);
  children_ = std::move(built.children);
}

void Import::take(ImportContent content) {
  if (content == content_) {
    // It was unreadable for a while, or has gone back to what runs.
    if (scope_ == accepted_) health_->set_own(HealthState::kHealthy, "content updated");
    return;
  }
  content_ = std::move(content);
  Built built = build(content_);
  if (!built.error.empty()) return health_->set_own(HealthState::kUnhealthy, built.error);
  use(std::move(built));
  site_.on_change();
}

Import::Built Import::build(const ImportContent& content) {
  Built built;
  built.scope->variables.emplace("module_path", Value::string(source_->module_path()));
  for (const auto& [name, text] : content) read_file(name, text, built);
  if (built.error.empty()) {
    if (const auto error = evaluate_children(built)) {
      log_.error("failed to evaluate nested import", {{"err", *error}});
      built.error = "nested import block failed to evaluate: " + *error;
    }
  }
  add_imports(*built.scope, built.children);
  return built;
}

void Import::add_imports(DeclareScope& scope, const std::map<std::string, ImportPtr>& children) {
  for (const auto& [label, child] : children) {
    auto imported = std::make_shared<ImportedModule>();
    *imported = {child->scope(), child->is_unknown()};
    scope.imports.emplace(label, std::move(imported));
  }
}

void Import::read_file(const std::string& name, const std::string& text, Built& built) {
  Diagnostics found;
  // As in Alloy, places in it go by the label of the import, and are shown without lines.
  const auto source = std::make_shared<const Source>(label_, text, false);
  const ast::FilePtr file = parse_file(source, found);
  if (!file) {
    const std::string error = summary(found);
    log_.error("failed to parse file on update", {{"file", name}, {"err", error}});
    if (built.error.empty()) built.error = "imported content from " + invar::quoted(name) + " cannot be parsed: " + error;
    return;
  }
  built.scope->files.push_back(file);
  for (const ast::Statement& statement : file->body) {
    const ast::Block* block = statement.block();
    const auto error = block ? read_block(*block, built) : "only declare and import blocks are allowed in a module";
    if (!error) continue;
    log_.error("failed to process imported content", {{"file", name}, {"err", *error}});
    if (built.error.empty()) built.error = "imported content from " + invar::quoted(name) + " is invalid: " + *error;
    return;
  }
}

std::optional<std::string> Import::read_block(const ast::Block& block, Built& built) {
  const std::string name = block.full_name();
  if (is_import(name)) return add_child(block, built);
  if (name != "declare") return "only declare and import blocks are allowed in a module, got " + name;
  if (!built.scope->declares.emplace(block.label, &block).second) log_.error("declare block redefined", {{"name", block.label}});
  return std::nullopt;
}

std::optional<std::string> Import::add_child(const ast::Block& block, Built& built) {
  if (built.children.contains(block.label)) return "import block redefined " + block.label;
  if (&kind_ == &kImportHttp && block.full_name() == kImportFile.name)
    return "importing a module via import.http (nodeID: " + id_ + ") that contains an import.file block is not supported";
  built.children[block.label] = std::make_shared<Import>(
      block, ImportSite{.host = site_.host,
                        .module_id = site_.module_id,
                        .data_path = site_.data_path / global_id_,
                        .module_path = source_->module_path(),
                        .on_change = [this] { child_changed(); }});
  built.child_blocks[block.label] = &block;
  return std::nullopt;
}

std::optional<std::string> Import::evaluate_children(Built& built) {
  std::optional<std::string> failed;
  for (auto& [label, child] : built.children) {
    const auto running = children_.find(label);
    const bool runs = running != children_.end() && running->second->id_ == child->id_;
    if (failed) {
      child->stay_empty();
      continue;
    }
    const Scope library(site_.host.library);
    const Scope scope(library, Members{{"module_path", Value::string(child->site_.module_path)}});
    if ((failed = child->decode(*built.child_blocks[label], scope)))
      child->stay_empty();
    else if (runs && running->second->same_source(*child))
      child = running->second;
    else
      failed = child->fetch(false);
    if (failed) failed = "imported node " + label + " failed to evaluate, " + *failed;
  }
  return failed;
}

void Import::child_changed() {
  auto next = std::make_shared<DeclareScope>(*scope_);
  next->imports.clear();
  add_imports(*next, children_);
  scope_ = std::move(next);
  site_.on_change();
}

void Import::accept() {
  if (scope_ != accepted_ && accepted_) health_->set_own(HealthState::kHealthy, "content updated");
  accepted_ = scope_;
  if (!source_) return;  // what stands beside it in the content could not be evaluated
  for (const auto& [label, child] : children_) child->accept();
  if (std::exchange(watching_, true)) return;
  health_->set_run(HealthState::kHealthy, "started import");
  source_->watch({.on_content = [this](ImportContent content) { take(std::move(content)); },
                  .on_failure = [this](const std::string& why) { health_->set_own(HealthState::kUnhealthy, why); }});
}

void Import::note_refused(const std::string& why) {
  if (scope_ == accepted_) return;
  health_->set_own(HealthState::kUnhealthy, "new content was refused: " + why);
}

}  // namespace invar
