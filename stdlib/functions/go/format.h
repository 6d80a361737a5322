#pragma once

#include <span>
#include <string>
#include <string_view>

#include "src/language/value.h"

namespace invar {

/// Go's fmt.Sprintf with every value as an `any` holds it: ints, floats, strings, []interface {}, map[string]interface {}. Never
/// fails: mistakes show in the text (`%!d(string=a)`), as in Go.
std::string go_sprintf(std::string_view format, std::span<const Value> args);

/// Go's strconv.AppendFloat(value, verb, precision, 64) for verbs e E f g G b x X; precision -1 is the shortest exact one.
std::string go_float(double value, char verb, int precision);

}  // namespace invar
