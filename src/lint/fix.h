#pragma once

#include <string>
#include <vector>

#include "src/lint/finding.h"

namespace invar::lint {

struct FixedText {
  std::string text;
  size_t applied = 0;                  // fixes
  std::vector<std::string_view> codes; // of their findings
};

/// A source with the fixes of its findings made in it. Of fixes that touch the same bytes the first in the text is made; the others may be found again. Nothing
/// outside their edits changes. A fix is made as a whole or not at all; one with edits in several sources is not made.
FixedText apply_fixes(const Source& source, const std::vector<Finding>& findings, bool unsafe);

}  // namespace invar::lint
