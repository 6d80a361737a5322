#pragma once

#include <string_view>

#include "src/base/result.h"
#include "src/language/value.h"

namespace invar {

/// yaml.v3's Unmarshal into an `any`: ints, floats, bools and null as YAML 1.2 with its leftovers of 1.1 (017, 1_000, but no yes and no),
/// timestamps as RFC 3339 texts, merge keys. A mapping with a key that is no string becomes a capsule, as in Alloy.
Result<Value> go_yaml_decode(std::string_view text);

}  // namespace invar
