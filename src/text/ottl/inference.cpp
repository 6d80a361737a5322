#include "src/text/ottl/inference.h"

#include <algorithm>

namespace invar::ottl {
namespace {

// Which of the contexts that paths name decides: the first of these. Also names that Alloy knows and never uses.
constexpr std::string_view kPriority[] = {"log", "exemplar", "datapoint", "metric", "spanevent", "span", "profile", "scope", "instrumentation_scope", "resource"};

size_t priority(std::string_view name) { return static_cast<size_t>(std::find(std::begin(kPriority), std::end(kPriority), name) - std::begin(kPriority)); }

constexpr ContextId kLogContexts[] = {ContextId::kLog, ContextId::kScope, ContextId::kResource};
constexpr ContextId kMetricContexts[] = {ContextId::kExemplar, ContextId::kDataPoint, ContextId::kMetric, ContextId::kScope, ContextId::kResource};
constexpr ContextId kTraceContexts[] = {ContextId::kSpanEvent, ContextId::kSpan, ContextId::kScope, ContextId::kResource};

/// Why a context does not have everything; empty when it does.
std::string lacks(ContextId id, FunctionSet functions, const ContextHints& hints) {
  const std::string name(context(id).name);
  for (const std::string& function : hints.functions())
    if (!find_function(functions, id, function)) return "inferred context \"" + name + "\" does not support the function \"" + function + "\"";
  for (const std::string& symbol : hints.enums())
    if (!enum_value(context(id), symbol)) return "inferred context \"" + name + "\" does not support the enum symbol \"" + symbol + "\"";
  return {};
}

bool is_around(ContextId outer, ContextId inner) {
  const auto around = context(inner).around;
  return std::find(around.begin(), around.end(), outer) != around.end();
}

}  // namespace

std::span<const ContextId> contexts_of(Signal signal, FunctionSet functions) {
  switch (signal) {
    case Signal::kLogs: return kLogContexts;
    case Signal::kMetrics: return functions == FunctionSet::kConditions ? std::span(kMetricContexts).subspan(1) : std::span(kMetricContexts);
    case Signal::kTraces: return kTraceContexts;
  }
  return {};
}

bool ContextHints::is_bound(const std::string& name) const {
  return std::any_of(bound_.begin(), bound_.end(), [&](const Lambda* lambda) {
    const auto& names = lambda->parameters;
    return name != "_" && std::find(names.begin(), names.end(), name) != names.end();
  });
}

void ContextHints::path(const Path& path) {
  if (!is_bound(path.context.empty() ? path.fields.front().name : path.context)) paths_.push_back(&path);
}

void ContextHints::value(const Value& value) {
  if (const auto* symbol = value.as<Enum>()) enums_.insert(symbol->symbol);
}

std::variant<ContextId, NoContext> infer_context(Signal signal, FunctionSet functions, const ContextHints& hints) {
  const Path* named = nullptr;
  for (const Path* path : hints.paths())
    if (!path->context.empty() && (!named || priority(path->context) < priority(named->context))) named = path;
  if (!named) return NoContext{};
  const auto candidates = contexts_of(signal, functions);
  const auto own = std::find_if(candidates.begin(), candidates.end(), [&](ContextId id) { return context(id).name == named->context; });
  if (own == candidates.end()) {
    // Candidates are only asked for what they have.
    if (hints.functions().empty() && hints.enums().empty()) return NoContext{named->context, {}};
    return NoContext{named->context, "inferred context \"" + named->context + "\" is not a valid candidate"};
  }
  const std::string why = lacks(*own, functions, hints);
  if (why.empty()) return *own;
  for (const ContextId inner : candidates)
    if (is_around(*own, inner) && lacks(inner, functions, hints).empty()) return inner;
  return NoContext{named->context, why};
}

}  // namespace invar::ottl
