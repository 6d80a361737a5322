#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/clock.h"
#include "src/base/result.h"

namespace invar {

namespace gotemplate {
struct Tree;
class Run;
}  // namespace gotemplate

/// A template of Go's text/template with the functions of sprig and Alloy, parsed once. Cheap to copy (shared, immutable), thread-safe.
class GoTemplate {
 public:
  /// Errors are Go's: `template: pipeline_template:1: unclosed action`.
  static Result<GoTemplate> compile(std::string_view name, std::string_view text);

  /// Names that the template looks up in its data; GoTemplateScope::find gets their positions.
  const std::vector<std::string>& names() const;
  /// It uses its data as a whole, or by names that only the execution tells.
  bool reads_all() const;
  /// Its result follows from what it looks up by names(), and from nothing else.
  bool is_function_of_names() const;
  /// Looks a function up by name, for tests: does a template know it?
  static bool has_function(std::string_view name);
  static size_t function_count();

 private:
  friend class GoTemplateExecutor;
  explicit GoTemplate(std::shared_ptr<const gotemplate::Tree> tree) : tree_(std::move(tree)) {}
  std::shared_ptr<const gotemplate::Tree> tree_;
};

/// What a template is executed on: texts by name. Texts must live until the execution is over.
class GoTemplateScope {
 public:
  virtual ~GoTemplateScope() = default;
  /// The text of GoTemplate::names()[name]; false when there is none.
  virtual bool find(size_t name, std::string_view& text) = 0;
  /// Everything there is; asked for only when the template reads_all().
  virtual void each(const std::function<void(std::string_view name, std::string_view text)>& see) = 0;
};

/// Executes templates, one at a time. Memory is kept from one execution to the next; simple templates allocate nothing. One per lane.
///
/// An execution is bounded: 32 MiB of memory, 16 MiB of output, ten million steps, 2 MiB of stack. Beyond is an error, as are all panics of Go.
class GoTemplateExecutor {
 public:
  /// `clock`: of now, ago and the like; outlives the executor.
  explicit GoTemplateExecutor(const Clock& clock);
  ~GoTemplateExecutor();
  GoTemplateExecutor(GoTemplateExecutor&&) noexcept;

  /// Appends the result to `out`. False on an error; then `out` holds what came before it.
  bool execute(const GoTemplate& source, GoTemplateScope& data, std::string& out);
  /// Of the last execution that failed, in Go's words: `template: x:1:3: executing "x" at <.a.b>: ...`. Built on demand.
  std::string error() const;

 private:
  std::unique_ptr<gotemplate::Run> run_;
};

}  // namespace invar
