#pragma once

#include <string>

#include "src/language/type_info.h"
#include "src/language/value.h"

namespace invar::lint {

/// Why an attribute of this type does not take the value, as far as its known parts tell; empty when it may take it.
std::string refusal(const Value& value, const TypeInfo& type);

}  // namespace invar::lint
