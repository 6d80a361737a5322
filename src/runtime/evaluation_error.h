#pragma once

#include <string>
#include <string_view>

#include "src/base/diagnostics.h"
#include "src/parser/ast.h"

namespace invar {

/// How Alloy words what goes wrong when nodes are evaluated.

inline constexpr std::string_view kBuildFailure = "Failed to build component: ";
inline constexpr std::string_view kConfigFailure = "Failed to evaluate node for config block: ";
inline constexpr std::string_view kServiceFailure = "Failed to evaluate service: ";

/// Alloy's err.Error() of a refused component, from what `run` prints of it.
std::string error_text(const Diagnostics& diagnostics);
/// What is said of building a component, said of updating it: it runs already.
void say_updating(Diagnostics& diagnostics);
/// One error at the whole block.
Diagnostics at_block(const ast::Block& block, std::string message);

}  // namespace invar
