#pragma once

#include <string>
#include <string_view>

namespace invar {

/// What `diff -u` shows between two texts of one file, with three lines around each change; empty when they are equal. `patch` and `git apply -p0` take it.
std::string unified_diff(const std::string& name, std::string_view before, std::string_view after);

}  // namespace invar
