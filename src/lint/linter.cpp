#include "src/lint/linter.h"

#include <algorithm>
#include <tuple>

#include "src/base/codes.h"
#include "src/lint/rule.h"
#include "src/lint/suppression.h"
#include "src/runtime/reference.h"
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
  return kept;
}

void sort_by_place(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) { return place(a) < place(b); });
}

}  // namespace

std::string_view severity_name(FindingSeverity severity) {
  return severity == FindingSeverity::kError ? "error" : severity == FindingSeverity::kWarning ? "warning" : "info";
}

RuleContext::RuleContext(const ConfigModel& config, const FeatureGate& gate, const LintOptions& options, std::vector<Finding>& findings)
    : config_(config), gate_(gate), for_invar_(options.for_invar), library_(options.library ? without_machine(*options.library) : Members()), findings_(findings) {}

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

namespace {

bool is_module_file(const ModuleSource& source) {
  return std::any_of(source.configs.begin(), source.configs.end(), [](const ast::Block* block) {
    const std::string name = block->full_name();
    return name == "argument" || name == "export";
  });
}

LintResult refused(const ConfigText& text, const ParseRefusal& refusal) {
  LintResult result;
  if (refusal.diagnostics.empty()) result.findings.push_back({codes::kUnreadable, FindingSeverity::kError, {text.files.front().get(), 0, 0}, refusal.bare, {}});
  // After the first syntax error of a file the parser only guesses.
  std::set<const Source*> seen;
  for (const Diagnostic& diagnostic : refusal.diagnostics.all())
    if (seen.insert(diagnostic.span.source).second) result.findings.push_back(finding_of(diagnostic, codes::kSyntax));
  for (const SourcePtr& file : text.files) result.secrets.append(secrets_by_name(*file));
  return result;
}

void mend_all(const ConfigModel& config, std::vector<Finding>& findings) {
  for (Finding& finding : findings)
    if (const RuleSpec* rule = find_rule(finding.code); rule && rule->mend && !finding.fix) rule->mend(config, finding);
}

/// What the config needs, with a hint for each place.
class Needs {
 public:
  explicit Needs(LintResult& result) : result_(result) {}

  void add(const NodeModel& node) {
    if (node.component) add({node.name, node.component->stability, node.component->community}, node.block->name_span);
    else if (node.kind == NodeModel::Kind::kForeach) add({node.name, Stability::kExperimental}, node.block->name_span);
  }
  void add(const Traversal& traversal) {
    if (std::string name = traversal.text(); is_experimental_function(name)) add({std::move(name), Stability::kExperimental}, traversal.span());
  }

 private:
  void add(NeededFeature need, Span at) {
    if (!need.community && need.level == Stability::kGenerallyAvailable) return;
    const std::string flag = need.community ? "--feature.community-components.enabled" : "--stability.level=" + std::string(stability_name(need.level));
    result_.findings.push_back({codes::kStability, FindingSeverity::kInfo, at, need.name + " needs an Alloy that is started with " + flag,
                                "say what it is started with: --stability.level, or .invar.toml"});
    result_.needs.insert(std::move(need));
  }

  LintResult& result_;
};

void find_needs(const ConfigModel& config, const std::vector<ast::FilePtr>& files, LintResult& result) {
  Needs needs(result);
  config.each_node([&](const ModuleModel&, const NodeModel& node) { needs.add(node); });
  for (const ast::FilePtr& file : files)
    for (const Traversal& traversal : find_traversals(file->body)) needs.add(traversal);
}

}  // namespace

std::set<std::string_view> unchecked_codes(const LintOptions& options) {
  std::set<std::string_view> codes;
  if (!options.gate) codes.insert(codes::kStability);
  if (!options.for_invar) codes.insert(kNotBuilt);
  return codes;
}

LintResult lint_config(const ConfigText& text, const LintOptions& options) {
  ModuleSource source;
  if (const auto refusal = parse_config(text, source)) return refused(text, *refusal);
  LintResult result;
  const std::vector<ast::FilePtr> files = source.files;
  const bool is_module = options.is_module || (options.may_be_module && is_module_file(source));
  const FeatureGate gate = options.gate.value_or(FeatureGate{Stability::kExperimental, true});
  const Diagnostics invalid = validate(source, gate);
  const ConfigModel config(std::move(source), {.is_module = is_module, .beside = options.beside, .open_references = options.open_references});
  for (const Diagnostic& diagnostic : invalid.all())
    if (!holds_around(diagnostic, config)) result.findings.push_back(finding_of(diagnostic, codes::kRefused));
  RuleContext context(config, gate, options, result.findings);
  for (const RuleSpec* rule : lint_rules())
    if (rule->check) rule->check(context);
  result.findings = without_echoes(std::move(result.findings));
  if (!options.gate) find_needs(config, files, result);
  mend_all(config, result.findings);
  std::vector<Suppression> suppressions;
  for (const ast::FilePtr& file : files) {
    for (Suppression& suppression : suppressions_of(*file)) suppressions.push_back(std::move(suppression));
    result.secrets.append(secrets_of(*file));
  }
  apply_suppressions(std::move(suppressions), unchecked_codes(options), result.findings);
  sort_by_place(result.findings);
  return result;
}

std::vector<Finding> lint(const ConfigText& text, const LintOptions& options) { return lint_config(text, options).findings; }

}  // namespace invar::lint
