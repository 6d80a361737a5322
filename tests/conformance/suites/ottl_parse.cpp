// otel/ottl_parse: one OTTL statement of otelcol.processor.transform, or one condition of otelcol.processor.filter, as loading a config checks it.
#include <algorithm>

#include "src/text/ottl/group.h"
#include "tests/conformance/suite.h"

namespace invar::ottl_parse {
namespace {

using namespace ottl;

Signal signal_of(std::string_view name) { return name == "logs" ? Signal::kLogs : name == "metrics" ? Signal::kMetrics : Signal::kTraces; }

std::optional<Problem> problem_of(const Json& data) {
  const Signal signal = signal_of(data.at("signal").get<std::string>());
  const auto context = data.at("context").get<std::string>(), text = data.at("text").get<std::string>();
  if (data.at("what") == "condition") {
    auto read = read_condition(signal, context, text);
    if (auto* problem = std::get_if<Problem>(&read)) return std::move(*problem);
    return std::nullopt;
  }
  StatementProblems problems;
  if (read_statements({signal, context, {&text, 1}}, problems)) return std::nullopt;
  return problems.group ? std::move(*problems.group) : std::move(problems.statements.at(0).problem);
}

/// Alloy lists contexts in the order of a Go map: whatever stands in brackets or between commas behind such a list's words is sorted.
std::string with_sorted_names(std::string text) {
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"a valid context name: [", "]"}, {"from statements [", "] and conditions"}, {"infer a valid context ([", "]"},
                                 {"must be replaced by one of: ", ""}, {"possibly valid options are: ", ""}, {"is not a supported context: [", "]"}}) {
    const size_t at = text.find(from);
    if (at == std::string::npos) continue;
    const size_t begin = at + from.size(), end = to.empty() ? text.size() : text.find(to, begin);
    std::sort(text.begin() + static_cast<ptrdiff_t>(begin), text.begin() + static_cast<ptrdiff_t>(std::min(end, text.size())));
  }
  return text;
}

/// A list of names inside an error stands in whichever order.
Outcome run(const ConformanceCase& c) {
  const auto problem = problem_of(c.data);
  const bool wanted = c.data.value("ok", false);
  if (!problem) return wanted ? Outcome::passed() : Outcome::failed("is refused: " + c.data.at("error").get<std::string>());
  if (wanted) return Outcome::failed("is accepted, not refused: " + problem->text);
  const std::string kind = problem->malformed ? "syntax" : "semantic";
  std::string why = text_difference(c.data.at("error_class").get<std::string>(), kind);
  return verdict(why + text_difference(with_sorted_names(c.data.at("error")), with_sorted_names(problem->text)));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"otel/ottl_parse"}, .run = run};

}  // namespace invar::ottl_parse
