#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "src/text/ottl/syntax.h"

namespace invar::ottl {

enum class ParameterType : uint8_t;

/// What an expression gives whatever it is run for: literals, enums that were resolved, lists and maps of them. Views the tree.
using Literal = std::variant<Nil, bool, int64_t, double, std::string_view, const Bytes*, const List*, const Map*>;

/// nullopt when only running tells.
std::optional<Literal> literal_of(const Value& value);

/// Go's name of the type: `int64`, `[]interface {}`.
std::string_view go_type(const Literal& literal);

/// Why a parameter does not take the value; nullopt when it does.
std::optional<std::string> conversion_error(ParameterType type, const Literal& literal);

/// Why the parts of a list or map that is a literal cannot be put together; nullopt when they can.
std::optional<std::string> composition_error(const Value& value);

}  // namespace invar::ottl
