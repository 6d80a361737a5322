#include "src/text/gotemplate/template.h"

#include "src/text/gotemplate/run.h"
#include "src/text/gotemplate/tree.h"

namespace invar {

Result<GoTemplate> GoTemplate::compile(std::string_view name, std::string_view text) {
  auto tree = gotemplate::parse_tree(name, text);
  if (!tree) return tree.error();
  return GoTemplate(std::shared_ptr<const gotemplate::Tree>(std::move(*tree)));
}

const std::vector<std::string>& GoTemplate::names() const { return tree_->names; }
bool GoTemplate::reads_all() const { return tree_->reads_all; }
bool GoTemplate::is_function_of_names() const { return tree_->repeatable && !tree_->reads_all; }
bool GoTemplate::has_function(std::string_view name) { return gotemplate::find_function(gotemplate::Library::kStage, name) != nullptr; }
size_t GoTemplate::function_count() { return gotemplate::function_count(); }

GoTemplateExecutor::GoTemplateExecutor(const Clock& clock) : run_(std::make_unique<gotemplate::Run>(clock)) {}
GoTemplateExecutor::~GoTemplateExecutor() = default;
GoTemplateExecutor::GoTemplateExecutor(GoTemplateExecutor&&) noexcept = default;

bool GoTemplateExecutor::execute(const GoTemplate& source, GoTemplateScope& data, std::string& out) {
  return run_->execute(*source.tree_, data, out);
}
std::string GoTemplateExecutor::error() const { return run_->error(); }

}  // namespace invar
