#pragma once

#include "src/language/evaluate.h"
#include "src/lint/config_model.h"
#include "src/runtime/symbolic_value.h"

namespace invar::lint {

/// What the expressions of `module` may use, as far as the text tells: every node's exports by name, their values unknown but for receivers and, by
/// `capsules`, other capsules, which stand for themselves. `library` lies behind it and must outlive the scope.
std::unique_ptr<const Scope> symbolic_scope(const ModuleModel& module, const Members* library, Capsules capsules = Capsules::kSymbols);

}  // namespace invar::lint
