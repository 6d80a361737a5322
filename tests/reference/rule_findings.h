#pragma once

#include <string>

#include "src/lint/rule.h"

namespace invar::reference {

/// What `invar lint` says of a rule's bad example, as format pretty shows it: findings of its code only. Its page shows them, so that every text of a finding has
/// one that a change of it changes. Empty when the rule does not find its own example.
std::string findings_text(const lint::RuleSpec& rule);

}  // namespace invar::reference
