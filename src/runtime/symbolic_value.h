#pragma once

#include <span>
#include <string_view>

#include "src/language/schema.h"

namespace invar {

/// A value of that type of which nothing else is known. Capsules are stand-ins that know whose they are.
Value symbolic_value(const TypeInfo& type, std::string_view owner);
/// The same for every export of a component, as an object.
Value symbolic_exports(std::span<const Row> exports, std::string_view owner);

}  // namespace invar
