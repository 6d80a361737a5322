#pragma once

#include "src/language/schema.h"
#include "src/language/value.h"

namespace invar {

/// What a component exports that could not be built: Go's zero values, as what depends on it sees them in Alloy. An object; `schema` may be nullptr.
Value zero_exports(const Schema* schema);

}  // namespace invar
