#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "src/language/schema.h"

namespace invar {

enum class Capsules : uint8_t {
  kSymbols,  // stand-ins, which tell their types apart
  kUnknown,  // but receivers: for the components of this build, which look into what they are given
};

/// A value of that type of which nothing else is known. Receivers are stand-ins that know whose they are.
Value symbolic_value(const TypeInfo& type, std::string_view owner, Capsules capsules = Capsules::kSymbols);
/// The same for every export of a component, as an object.
Value symbolic_exports(std::span<const Row> exports, std::string_view owner, Capsules capsules = Capsules::kSymbols);

}  // namespace invar
