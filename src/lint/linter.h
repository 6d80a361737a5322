#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "src/language/value.h"
#include "src/lint/finding.h"
#include "src/lint/secret_mask.h"
#include "src/runtime/gate.h"
#include "src/runtime/module_source.h"

namespace invar::lint {

/// What Alloy has and this build of invar has not.
inline constexpr std::string_view kNotBuilt = "INV118";

struct LintOptions {
  /// What Alloy is started with; nullopt when nobody knows: everything is allowed then, and LintResult::needs says what was.
  std::optional<FeatureGate> gate;
  /// The config is for this build of invar, which has not everything that Alloy has.
  bool for_invar = false;
  /// What expressions may call: stdlib_values(). Nothing of it is called that looks at the machine.
  const Members* library = nullptr;
  /// The text is the file of an import: `argument` and `export` may stand at its top.
  bool is_module = false;
  /// It is one if such blocks stand there; nobody has said that it is run by itself.
  bool may_be_module = false;
  /// Components that stand beside the text, which it may refer to though they are not in it.
  const std::set<std::string>* beside = nullptr;
  /// Any component may stand beside it.
  bool open_references = false;
};

/// A feature that Alloy has to be started for: with that stability level, or with the community flag.
struct NeededFeature {
  std::string name;
  Stability level = Stability::kGenerallyAvailable;
  bool community = false;
  friend auto operator<=>(const NeededFeature&, const NeededFeature&) = default;
};

struct LintResult {
  /// In the order of the text; one that only follows from another is left out, and so is what a comment says to ignore.
  std::vector<Finding> findings;
  /// What reports must not show.
  SecretMask secrets;
  /// Only when the gate was not known; each is a hint among the findings too.
  std::set<NeededFeature> needs;
};

/// Codes of rules that find something only when they are told more than the options say.
std::set<std::string_view> unchecked_codes(const LintOptions& options);

/// Everything that can be said about the files of one config. Pure: no network, no files, no environment.
LintResult lint_config(const ConfigText& text, const LintOptions& options);

/// Its findings.
std::vector<Finding> lint(const ConfigText& text, const LintOptions& options);

}  // namespace invar::lint
