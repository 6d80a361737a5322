#pragma once

#include <string>

namespace invar::lint {

/// docs/reference/lint-coverage.md: every refusal of Alloy at load that is known, with who of lint finds it, an example, or why text cannot tell.
std::string coverage_page();

}  // namespace invar::lint
