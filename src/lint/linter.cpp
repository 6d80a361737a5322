#include "src/lint/linter.h"

#include <algorithm>
#include <tuple>

#include "src/base/codes.h"
#include "src/lint/rule.h"
#include "src/runtime/validate.h"

namespace invar::lint {
namespace {

Finding finding_of(const Diagnostic& diagnostic, std::string_view fallback) {
  std::string_view code = fallback;
  for (const std::string_view known :
       {codes::kName, codes::kStability, codes::kMissing, codes::kDuplicate, codes::kPlace, codes::kReference, codes::kCycle, codes::kDeprecated, codes::kType})
    if (diagnostic.code == known) code = known;
  if (diagnostic.message.find("error parsing regexp") != std::string::npos) code = codes::kRegex;
  const FindingSeverity severity = diagnostic.severity == invar::Severity::kError ? FindingSeverity::kError : FindingSeverity::kWarning;
  return {code, severity, diagnostic.span, diagnostic.message, diagnostic.help, {}};
}

/// The library, with unknowns in place of what differs from machine to machine.
Members without_machine(const Members& library) {
  Members pure = library;
  pure.insert_or_assign("env", Value::unknown());
  for (const auto& [group, name] : {std::pair{"sys", "env"}, std::pair{"constants", "hostname"}, std::pair{"constants", "os"}, std::pair{"constants", "arch"}}) {
    const auto found = pure.find(group);
    if (found == pure.end() || !found->second.is(ValueType::kObject)) continue;
    Members members = found->second.members();
    members.insert_or_assign(name, Value::unknown());
    found->second = Value::object(std::move(members));
  }
  return pure;
}

/// What validation refuses because it takes the text for a whole config, and what stands around it allows.
bool holds_around(const Diagnostic& diagnostic, const ConfigModel& config) {
  if (config.around().is_module && diagnostic.code == codes::kPlace) return diagnostic.message.ends_with("blocks only allowed inside a module");
  return diagnostic.code == codes::kReference && config.leads_beside(diagnostic.span);
}

auto place(const Finding& finding) { return std::tuple(finding.span.source ? finding.span.source->name() : std::string(), finding.span.begin, finding.span.end); }

bool overlap(const Span& a, const Span& b) { return a.source == b.source && a.begin < std::max(b.end, b.begin + 1) && b.begin < std::max(a.end, a.begin + 1); }

/// Leaves out what follows from an earlier finding: the same place again.
std::vector<Finding> without_echoes(std::vector<Finding> findings) {
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    const bool echo = std::any_of(kept.begin(), kept.end(), [&](const Finding& other) {
      return overlap(other.span, finding.span) && (other.severity > finding.severity || other.code == finding.code || other.severity == FindingSeverity::kError);
    });
    if (!echo) kept.push_back(std::move(finding));
  }
  std::stable_sort(kept.begin(), kept.end(), [](const Finding& a, const Finding& b) { return place(a) < place(b); });
  return kept;
}

}  // namespace

std::string_view severity_name(FindingSeverity severity) {
  return severity == FindingSeverity::kError ? "error" : severity == FindingSeverity::kWarning ? "warning" : "info";
}

RuleContext::RuleContext(const ConfigModel& config, const FeatureGate& gate, const Members* library, std::vector<Finding>& findings)
    : config_(config), gate_(gate), library_(library ? without_machine(*library) : Members()), findings_(findings) {}

const Scope& RuleContext::scope(const ModuleModel& module) const {
  auto& scope = scopes_[&module];
  if (!scope) scope = symbolic_scope(module, &library_);
  return *scope;
}

Value RuleContext::value(const ModuleModel& module, const ast::Expr& expression) const {
  Value value;
  return evaluate(expression, scope(module), value) ? Value::unknown() : value;
}

const RuleSpec* find_rule(std::string_view code) {
  for (const RuleSpec* rule : lint_rules())
    if (rule->code == code) return rule;
  return nullptr;
}

std::vector<Finding> lint(const ConfigText& text, const LintOptions& options) {
  std::vector<Finding> findings;
  ModuleSource source;
  if (const auto refusal = parse_config(text, source)) {
    for (const Diagnostic& diagnostic : refusal->diagnostics.all()) findings.push_back(finding_of(diagnostic, codes::kSyntax));
    if (refusal->diagnostics.empty()) findings.push_back({codes::kSyntax, FindingSeverity::kError, {text.files.front().get(), 0, 0}, refusal->bare, {}, {}});
    // After the first syntax error the parser only guesses.
    if (findings.size() > 1) findings.resize(1);
    return findings;
  }
  const Surroundings around{.is_module = options.is_module, .beside = options.beside, .open_references = options.open_references};
  const Diagnostics invalid = validate(source, options.gate);
  const ConfigModel config(std::move(source), around);
  for (const Diagnostic& diagnostic : invalid.all())
    if (!holds_around(diagnostic, config)) findings.push_back(finding_of(diagnostic, codes::kRefused));
  RuleContext context(config, options.gate, options.library, findings);
  for (const RuleSpec* rule : lint_rules())
    if (rule->check) rule->check(context);
  return without_echoes(std::move(findings));
}

}  // namespace invar::lint
