#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace invar {

struct Nearest {
  std::string_view name;
  /// It is the only one, and one letter away.
  bool certain = false;
};

/// The name that looks most like `name`, near enough to be meant: changed, missing or doubled letters, or words left out. nullopt: none.
std::optional<Nearest> nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace invar
