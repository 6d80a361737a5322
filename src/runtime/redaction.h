#pragma once

#include <string>

#include "src/parser/ast.h"

namespace invar {

/// A config file formatted, with "(secret)" in place of whatever is written where a secret belongs (a password, a key, headers): for support bundles.
std::string redacted(const ast::File& file);

}  // namespace invar
