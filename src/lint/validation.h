#pragma once

#include <vector>

#include "src/base/diagnostics.h"
#include "src/lint/config_model.h"
#include "src/lint/finding.h"

namespace invar::lint {

/// What `invar validate` says of a config (runtime/validate.h), as findings: without what the surroundings of a snippet allow, each mistake once and where a person
/// would mend it, and without what only follows from another mistake. There is at least one finding when anything holds.
std::vector<Finding> findings_of_validation(const Diagnostics& diagnostics, const ConfigModel& config);

/// One diagnostic as it is. `fallback`: the code of those that carry none.
Finding finding_of(const Diagnostic& diagnostic, std::string_view fallback);

/// The kind of a refusal, by the words Alloy has for it: a regex, another language, a reference; else `fallback`.
std::string_view refusal_code(std::string_view message, std::string_view fallback);

}  // namespace invar::lint
