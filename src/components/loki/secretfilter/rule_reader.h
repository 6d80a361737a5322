#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "src/base/result.h"
#include "src/components/loki/secretfilter/rule_set.h"

namespace invar::loki_secretfilter {

/// Rules as they are written.
struct RuleText {
  struct Extend {
    std::string path;
    bool use_default = false;
    std::vector<std::string> disabled;
  };
  std::vector<Rule> rules;
  std::vector<Allowlist> allowlists;
  std::vector<std::pair<std::string, Allowlist>> targeted;  // at rules, by their names
  Extend extend;
};

/// Reads gitleaks' TOML: keys in any case, as its reader has them.
Result<void> read_rules(std::string_view toml, RuleText& into);
/// A file, merged into what it extends: `defaults`, or another file, as gitleaks does, two deep.
Result<RuleText> read_rules_file(const std::string& path, std::string_view defaults);

}  // namespace invar::loki_secretfilter
