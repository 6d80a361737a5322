#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/finding.h"

namespace invar::lint {

/// Which findings are reported. Selectors are codes (`INV150`), beginnings of codes (`INV1`) or ALL; of two that fit a code the longer one decides, of equal
/// ones the one that ignores. Without `select` everything is reported but hints; hints only where a selector fits them.
struct Selection {
  std::optional<std::vector<std::string>> select;
  std::vector<std::string> extend_select;
  std::vector<std::string> ignore;

  bool holds(const Finding& finding) const;
};

/// Why a word selects nothing, with the nearest code; nullopt when it does.
std::optional<std::string> refuse_selector(std::string_view selector);

/// The code or name of a rule that is nearest to a word; empty when none is near.
std::string nearest_rule(std::string_view word);

}  // namespace invar::lint
