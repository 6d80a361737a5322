#pragma once

#include <string>

#include "src/language/value.h"
#include "src/lint/rule.h"

namespace invar::lint {

/// What lint says of a rule's bad example, as format pretty shows it: findings of its code only. `library` as in LintOptions. Its page shows them, so that no text
/// of a finding changes unseen. Empty when the rule does not find its own example.
std::string example_findings(const RuleSpec& rule, const Members& library);

}  // namespace invar::lint
