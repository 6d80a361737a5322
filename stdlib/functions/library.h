#pragma once

#include <span>
#include <string_view>

#include "src/language/stability.h"
#include "src/language/value.h"

namespace invar {

/// One built-in with its manual entry.
struct FunctionEntry {
  std::string_view name;       // within its namespace
  std::string_view signature;  // `join(parts list(string), separator string) string`; a constant's is its type
  std::string_view doc;
  /// Makes the value: a function, or a constant.
  Value (*value)();
  std::string_view old_name = {};  // the deprecated name without namespace, where there is one
  Stability stability = Stability::kGenerallyAvailable;
};

/// The functions of one file: `extern const FunctionNamespace kFunctions`. The build lists them.
struct FunctionNamespace {
  std::string_view name;  // empty: names of their own, without a namespace
  std::span<const FunctionEntry> entries;
};
std::span<const FunctionNamespace* const> function_namespaces();

/// Everything expressions find behind their scope: namespaces as objects, old names beside them. Made once, any thread.
const Members& stdlib_values();
/// The same with `constants.version` told by the program; without it that is v0.0.0, as in an Alloy that nobody stamped.
Members stdlib_values(std::string_view version);

/// Whether `name` is one of the top-level names above; whether it is a deprecated one; its successor.
bool is_stdlib_name(std::string_view name);
bool is_stdlib_deprecated(std::string_view name);
/// Experimental by its full name (`array.group_by`).
bool is_stdlib_experimental(std::string_view full_name);

}  // namespace invar
