#pragma once

#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "src/text/ottl/context.h"
#include "src/text/ottl/function.h"
#include "src/text/ottl/walk.h"

namespace invar::ottl {

enum class Signal : uint8_t { kLogs, kMetrics, kTraces };

/// Contexts that texts about a signal may be for, the innermost first. Conditions about metrics know no exemplars.
std::span<const ContextId> contexts_of(Signal signal, FunctionSet functions);

/// What of a tree tells for which context it is. Names that a lambda binds are not looked at.
class ContextHints final : public Visitor {
 public:
  void path(const Path& path) override;
  void call(const Call& call) override { functions_.insert(call.function); }
  void value(const Value& value) override;
  void enter(const Lambda& lambda) override { bound_.push_back(&lambda); }
  void leave(const Lambda&) override { bound_.pop_back(); }

  const std::vector<const Path*>& paths() const { return paths_; }
  const std::set<std::string>& functions() const { return functions_; }
  const std::set<std::string>& enums() const { return enums_; }

 private:
  bool is_bound(const std::string& name) const;

  std::vector<const Lambda*> bound_;
  std::vector<const Path*> paths_;
  std::set<std::string> functions_, enums_;
};

/// Why no context was found.
struct NoContext {
  /// That paths name; "" when they name none.
  std::string named;
  /// What is wrong with it, in Alloy's words; "" when only that there is no such context, or none was named.
  std::string text;
};

/// The context of texts that name none: the innermost that a path names, or one inside of it, if it has all functions and enums.
std::variant<ContextId, NoContext> infer_context(Signal signal, FunctionSet functions, const ContextHints& hints);

}  // namespace invar::ottl
