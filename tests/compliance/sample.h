#pragma once

#include <string>

#include "src/language/schema.h"

namespace invar::compliance {

/// The smallest body that the schema takes: its required attributes and blocks, with values of their types. Paths and URLs lead nowhere.
std::string sample_body(const Schema& schema);

}  // namespace invar::compliance
