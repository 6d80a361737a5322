#pragma once

#include <set>
#include <string>
#include <vector>

#include "src/lint/finding.h"
#include "src/runtime/gate.h"
#include "src/runtime/module_source.h"
#include "src/language/value.h"

namespace invar::lint {

struct LintOptions {
  FeatureGate gate;
  /// What expressions may call: stdlib_values(). Nothing of it is called that looks at the machine.
  const Members* library = nullptr;
  /// The text is the file of an import.
  bool is_module = false;
  /// Components that stand beside the text, which it may refer to though they are not in it.
  const std::set<std::string>* beside = nullptr;
  /// Any component may stand beside it.
  bool open_references = false;
};

/// Everything that can be said about the files of one config, in the order of the text; a finding that only follows from another one is left out. Pure: no
/// network, no files, no environment.
std::vector<Finding> lint(const ConfigText& text, const LintOptions& options);

}  // namespace invar::lint
