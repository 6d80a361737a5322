// Any bytes as an OTTL statement, condition or value, in each context: no crash; what is wrong has a place in the text and words; what is right is bound.
#include "src/base/check.h"
#include "src/text/ottl/group.h"

namespace {

using namespace invar::ottl;

void check(const std::string& text, const Problem& problem) {
  INVAR_CHECK(!problem.text.empty() && !problem.reason.empty());
  INVAR_CHECK(problem.at.begin <= problem.at.end && problem.at.end <= text.size());
  if (problem.replacement) INVAR_CHECK(problem.replacement->at.end <= text.size());
}

template <class Read>
void check(const std::string& text, const Read& read) {
  if (const auto* problem = std::get_if<Problem>(&read)) check(text, *problem);
}

void check_statement(const std::string& text, Signal signal, std::string_view context) {
  StatementProblems problems;
  if (const auto group = read_statements({signal, context, {&text, 1}, {&text, 1}}, problems)) {
    INVAR_CHECK(group->statements.at(0).editor.callee != nullptr);
    return;
  }
  INVAR_CHECK(!problems.empty());
  for (const auto* found : {&problems.statements, &problems.conditions})
    for (const TextProblem& problem : *found) check(text, problem.problem);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t kind = data[0];
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  constexpr Signal kSignals[] = {Signal::kLogs, Signal::kTraces, Signal::kMetrics};
  const Signal signal = kSignals[kind % 3];
  const auto contexts = contexts_of(signal, FunctionSet::kConditions);
  const ContextId id = contexts[(kind / 8) % contexts.size()];
  const std::string_view name = context(id).name;
  switch ((kind / 64) % 4) {
    case 0: check_statement(text, signal, name); break;
    case 1: check_statement(text, signal, ""); break;
    case 2:
      check(text, read_condition(signal, kind % 8 < 4 ? name : "", text));
      check(text, read_condition(id, PathNames::kOptional, FunctionSet::kConditions, text));
      break;
    default: check(text, read_value(id, text)); break;
  }
  return 0;
}
