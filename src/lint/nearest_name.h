#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/finding.h"

namespace invar::lint {

/// The name that looks most like `name`, near enough to be meant: changed, missing or doubled letters, or words left out. nullopt: none.
struct Nearest {
  std::string_view name;
  /// It is the only one, and one letter away.
  bool certain = false;
};
std::optional<Nearest> nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);

/// Adds `did you mean "x"?` and a fix that writes the nearest of the names in place of the one that stands at `at`; nothing when none is near.
void suggest(Finding& finding, const Span& at, const std::vector<std::string>& candidates);

}  // namespace invar::lint
