#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/block_facts.h"
#include "src/lint/config_model.h"
#include "src/lint/finding.h"
#include "src/lint/linter.h"
#include "src/lint/symbolic_scope.h"
#include "src/runtime/gate.h"

namespace invar::lint {

/// What a rule gets: the config, what its expressions may use, and where findings go.
class RuleContext {
 public:
  RuleContext(const ConfigModel& config, const FeatureGate& gate, const LintOptions& options, std::vector<Finding>& findings);

  const ConfigModel& config() const { return config_; }
  const FeatureGate& gate() const { return gate_; }
  bool for_invar() const { return for_invar_; }
  /// The symbolic scope of a module of the config.
  const Scope& scope(const ModuleModel& module) const;
  /// The same for planning a component of this build.
  const Scope& plan_scope(const ModuleModel& module) const;
  /// What the text tells of a component, an instance of a module or a config block; nullptr for what has no arguments (a declare), and for what Alloy does not know.
  const BlockFacts* facts(const ModuleModel& module, const NodeModel& node) const;
  /// Calls `act(module, node, facts)` for everything that has facts.
  template <class Act>
  void each_facts(Act act) const {
    config_.each_node([&](const ModuleModel& module, const NodeModel& node) {
      if (const BlockFacts* found = facts(module, node)) act(module, node, *found);
    });
  }
  /// The value of an expression; unknown where only running tells, and where it is wrong (another rule says so).
  Value value(const ModuleModel& module, const ast::Expr& expression) const;
  /// Whether validation, or a rule before, has found one of that code.
  bool has_found(std::string_view code) const;
  void report(Finding finding) { findings_.push_back(std::move(finding)); }

 private:
  const ConfigModel& config_;
  const FeatureGate& gate_;
  const bool for_invar_;
  const Members library_;  // without what looks at the machine
  std::vector<Finding>& findings_;
  mutable std::map<const ModuleModel*, std::unique_ptr<const Scope>> scopes_, plan_scopes_;
  mutable std::map<const NodeModel*, std::unique_ptr<const BlockFacts>> facts_;
};

/// What the examples of a rule are.
enum class ExampleKind : uint8_t {
  kConfig,  // Alloy text
  kValues,  // YAML: Helm values, or a manifest
};

/// One rule, in a file of its own: `rules/<name>.cpp` defines `kRule`. A rule may report findings of one code only, its own, unless `check` is about
/// several (what loading finds). Every code has such a file, the only home of its texts: `invar explain`, docs/reference/rules and SARIF read them.
struct RuleSpec {
  std::string_view code;
  std::string_view name;      // kebab-case: forwards-to-nothing
  FindingSeverity severity;          // of most of its findings
  std::string_view reason;    // one sentence: why this is wrong
  std::string_view bad;       // a config, or part of one, that is found
  std::string_view good;      // the same, mended
  std::string_view ignore;    // when to ignore it
  void (*check)(RuleContext& context);  // nullptr: something else reports it (the parser, validation, whoever reads YAML)
  std::string_view proof = {};          // what the text must show before it is reported
  std::string_view origin = {};         // where it was seen: an issue, a document
  ExampleKind examples = ExampleKind::kConfig;
  /// Adds help and a fix to a finding of the code that something else reported (the parser, validation). Called for each that has none.
  void (*mend)(const ConfigModel& config, Finding& finding) = nullptr;
};

/// The rule of a code, also of one that other folders report; nullptr when there is none.
const RuleSpec* find_rule(std::string_view code);

}  // namespace invar::lint

namespace invar {
/// Written by the build from the files in rules/.
std::span<const lint::RuleSpec* const> lint_rules();
}  // namespace invar
