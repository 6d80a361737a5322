#pragma once

#include "src/lint/rule.h"

namespace invar::lint {

/// Checks every OTTL text of the config's components as they do when they are loaded, and reports what they refuse: findings of codes kLanguage and kRegex. Texts
/// that only running tells are left out.
void check_ottl(RuleContext& context);

}  // namespace invar::lint
