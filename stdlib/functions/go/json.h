#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/language/value.h"

namespace invar {

/// Go's json.Unmarshal into an `any`: numbers are floats, the last of equal keys wins, invalid UTF-8 becomes U+FFFD. Errors carry
/// Go's texts (`invalid character 'x' looking for beginning of value`).
Result<Value> go_json_decode(std::string_view text);

/// Go's json.Marshal: keys sorted, HTML escaped. Fails on numbers JSON cannot hold, and on functions.
Result<std::string> go_json_encode(const Value& value);

}  // namespace invar
