#pragma once

#include <string>
#include <vector>

#include "src/lint/finding.h"
#include "src/text/nearest_name.h"

namespace invar::lint {

/// Adds `did you mean "x"?` and a fix that writes the nearest of the names in place of the one that stands at `at`; nothing when none is near.
void suggest(Finding& finding, const Span& at, const std::vector<std::string>& candidates);

}  // namespace invar::lint
