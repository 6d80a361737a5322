#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/text/ottl/check.h"
#include "src/text/ottl/inference.h"

namespace invar::ottl {

/// A problem of one of several texts.
struct TextProblem {
  size_t index = 0;
  Problem problem;
};

/// What otelcol.processor.transform runs together: statements of one context, for what one of the conditions holds of, if there are any.
struct StatementGroup {
  ContextId context;
  std::vector<Statement> statements;
  std::vector<Condition> conditions;
};

/// Texts of a group as they are written.
struct StatementTexts {
  Signal signal;
  std::string_view context;  // "" when the paths tell
  std::span<const std::string> statements;
  std::span<const std::string> conditions{};
};

struct StatementProblems {
  std::vector<TextProblem> statements, conditions;
  /// Not of one text: their context cannot be told.
  std::optional<Problem> group;
  bool empty() const { return statements.empty() && conditions.empty() && !group; }
};

/// Reads a group; nullopt when there is something wrong with it.
std::optional<StatementGroup> read_statements(const StatementTexts& texts, StatementProblems& problems);

/// A condition with the context that it is for.
struct ReadCondition {
  ContextId context;
  Condition condition;
};

/// One condition of otelcol.processor.filter's `log_conditions` and its like: of a context, or, when its name is "", of the one that its paths name.
std::variant<ReadCondition, Problem> read_condition(Signal signal, std::string_view context, const std::string& text);

/// A condition whose context is known.
std::variant<Condition, Problem> read_condition(ContextId context, PathNames names, FunctionSet functions, const std::string& text);
/// A value whose context is known, of otelcol.connector.signaltometrics.
std::variant<Value, Problem> read_value(ContextId context, const std::string& text);

}  // namespace invar::ottl
