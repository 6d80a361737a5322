#include "src/lint/linter.h"

#include <algorithm>
#include <tuple>

#include "src/base/codes.h"
#include "src/lint/rule.h"
#include "src/lint/suppression.h"
#include "src/lint/syntax_place.h"
#include "src/lint/validation.h"
#include "src/runtime/reference.h"
#include "src/runtime/validate.h"

namespace invar::lint {
namespace {

/// The library, with unknowns in place of what differs from machine to machine.
Members without_machine(const Members& library) {
  Members pure = library;
  pure.insert_or_assign("env", Value::unknown(ValueType::kFunction));
  for (const auto& [group, name] : {std::pair{"sys", "env"}, std::pair{"constants", "hostname"}, std::pair{"constants", "os"}, std::pair{"constants", "arch"}}) {
    const auto found = pure.find(group);
    if (found == pure.end() || !found->second.is(ValueType::kObject)) continue;
    Members members = found->second.members();
    const auto known = members.find(name);
    members.insert_or_assign(name, Value::unknown(known == members.end() ? ValueType::kNull : known->second.type()));
    found->second = Value::object(std::move(members));
  }
  return pure;
}

/// One finding for each file: behind its first syntax error the parser only guesses.
std::vector<Finding> findings_of(const ParseRefusal& refusal, const ConfigText& text) {
  if (refusal.diagnostics.empty()) return {{codes::kUnreadable, FindingSeverity::kError, {text.files.front().get(), 0, 0}, refusal.bare, {}, {}}};
  std::vector<Finding> findings;
  std::set<const Source*> told;
  for (const Diagnostic& diagnostic : refusal.diagnostics.all()) {
    if (!told.insert(diagnostic.span.source).second) continue;
    findings.push_back(finding_of(diagnostic, codes::kSyntax));
    if (!diagnostic.span.known() || findings.back().code != codes::kSyntax) continue;
    if (auto seen = syntax_place(*diagnostic.span.source, diagnostic.span.begin)) {
      findings.back().span = seen->span;
      findings.back().message = std::move(seen->message);
    }
  }
  return findings;
}

auto place(const Finding& finding) { return std::tuple(finding.span.source ? finding.span.source->name() : std::string(), finding.span.begin, finding.span.end); }

uint32_t end_of(const Span& span) { return std::max(span.end, span.begin + 1); }
bool overlap(const Span& a, const Span& b) { return a.source == b.source && a.begin < end_of(b) && b.begin < end_of(a); }
bool contains(const Span& outer, const Span& inner) { return outer.source == inner.source && outer.begin <= inner.begin && end_of(inner) <= end_of(outer); }

/// Whether a rule's finding only follows from an earlier one: the same said again, or something said of what is wrong anyway.
bool is_echo(const Finding& finding, const Finding& earlier) {
  if (earlier.code == finding.code && earlier.code != codes::kRefused && overlap(earlier.span, finding.span)) return true;
  return earlier.severity == FindingSeverity::kError && contains(finding.span, earlier.span);
}

/// A circle that a reference of the wrong type closes is none.
bool is_closed_by_mistake(const Finding& cycle, const std::vector<Finding>& findings) {
  return cycle.code == codes::kCycle && std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
    return other.code == codes::kType && std::any_of(findings.begin(), findings.end(), [&](const Finding& same) {
      return same.code == codes::kCycle && same.message == cycle.message && overlap(same.span, other.span);
    });
  });
}

/// The first `validated` ones are validation's, which repeats nothing.
std::vector<Finding> without_echoes(std::vector<Finding> findings, size_t validated) {
  std::vector<Finding> kept;
  std::vector<bool> mistaken(findings.size());
  for (size_t i = 0; i < findings.size(); ++i) mistaken[i] = is_closed_by_mistake(findings[i], findings);
  for (size_t i = 0; i < findings.size(); ++i) {
    if (mistaken[i]) continue;
    const bool echo = i >= validated && std::any_of(kept.begin(), kept.end(), [&](const Finding& earlier) { return is_echo(findings[i], earlier); });
    if (!echo) kept.push_back(std::move(findings[i]));
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

const Scope& RuleContext::plan_scope(const ModuleModel& module) const {
  auto& scope = plan_scopes_[&module];
  if (!scope) scope = symbolic_scope(module, &library_, Capsules::kUnknown);
  return *scope;
}

const BlockFacts* RuleContext::facts(const ModuleModel& module, const NodeModel& node) const {
  static constexpr Schema kAnything{};
  const Schema* schema = node.component                            ? &node.component->arguments
                         : node.config                             ? &node.config->arguments
                         : node.kind == NodeModel::Kind::kCustom ? &kAnything
                                                                   : nullptr;
  if (!schema || schema->module_body) return nullptr;
  auto& facts = facts_[&node];
  if (!facts) facts = std::make_unique<const BlockFacts>(*node.block, *schema, scope(module));
  return facts.get();
}

Value RuleContext::value(const ModuleModel& module, const ast::Expr& expression) const {
  Value value;
  return evaluate(expression, scope(module), value) ? Value::unknown() : value;
}

bool RuleContext::has_found(std::string_view code) const {
  return std::any_of(findings_.begin(), findings_.end(), [&](const Finding& finding) { return finding.code == code; });
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
  result.findings = findings_of(refusal, text);
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
  result.findings = findings_of_validation(invalid, config);
  const size_t validated = result.findings.size();
  RuleContext context(config, gate, options, result.findings);
  for (const RuleSpec* rule : lint_rules())
    if (rule->check) rule->check(context);
  result.findings = without_echoes(std::move(result.findings), validated);
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
