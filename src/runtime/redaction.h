#pragma once

#include <string>
#include <vector>

#include "src/parser/ast.h"

namespace invar {

/// The expressions that are written where a secret belongs (a password, a key, headers).
std::vector<const ast::Expr*> secret_values(const ast::File& file);

/// A config file formatted, with "(secret)" in place of whatever is written where a secret belongs (a password, a key, headers): for support bundles.
std::string redacted(const ast::File& file);

}  // namespace invar
