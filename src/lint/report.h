#pragma once

#include <string>
#include <vector>

#include "src/lint/finding.h"

namespace invar::lint {

enum class ReportFormat : uint8_t { kPretty, kConcise, kJson };

/// Findings as text: with the line they are about and what to type (pretty), one line each (concise), or as one versioned JSON object. Texts of attributes that hold
/// secrets are not shown.
std::string report(const std::vector<Finding>& findings, ReportFormat format);

/// `3 errors, 1 warning, 2 hints`, or `nothing found`.
std::string tally(const std::vector<Finding>& findings);

}  // namespace invar::lint
