#pragma once

#include <span>
#include <string>
#include <string_view>

#include "src/text/gotemplate/value.h"

namespace invar::gotemplate {

class Run;

/// Ends an execution with an error of a function: what Go's functions return as error, or panic with. Stays in this folder.
struct Failure {
  std::string what;
};

/// Ends the execution of a part of a template that only a real rendering knows. Stays in this folder.
struct Opaque {};

/// A function that templates can call, or a method of a value (then `receiver` is its first parameter).
///
/// `parameters` has one letter for each, as Go declares them; a * at the end makes the last one variadic:
///   s string   i int   I int64   f float64   b bool   a interface{}   v reflect.Value   d map[string]interface{}   l []interface{}
///   S []string   t time.Time   D time.Duration   L *time.Location   u uint32   c sprig.certificate   V *semver.Version   w time.Weekday   m time.Month
struct Function {
  using Call = Value (*)(Run& run, std::span<Value> arguments);

  std::string_view name;
  std::string_view parameters;
  Call call = nullptr;
  /// and, or: evaluate their arguments one by one.
  enum class Special : uint8_t { kNone, kAnd, kOr, kCall } special = Special::kNone;

  constexpr bool is_variadic() const { return parameters.ends_with('*'); }
  /// Parameters, the variadic one included.
  constexpr size_t count() const { return parameters.size() - is_variadic(); }
};

/// The functions of a file of this folder, sorted by name.
std::span<const Function> builtin_functions();   // text/template's own
std::span<const Function> alloy_functions();     // Alloy's; they hide sprig's of the same name
std::span<const Function> text_functions();      // the rest is sprig's
std::span<const Function> case_functions();
std::span<const Function> encoding_functions();
std::span<const Function> number_functions();
std::span<const Function> list_functions();
std::span<const Function> dict_functions();
std::span<const Function> value_functions();
std::span<const Function> json_functions();
std::span<const Function> date_functions();
std::span<const Function> regex_functions();
std::span<const Function> path_functions();
std::span<const Function> system_functions();
std::span<const Function> version_functions();
std::span<const Function> digest_functions();
std::span<const Function> crypto_functions();
std::span<const Function> certificate_functions();
std::span<const Function> helm_functions();      // what Helm adds to sprig; most of it only a rendering can answer

// Shared by several tables.
Value call_upper(Run& run, std::span<Value> arguments);
Value call_lower(Run& run, std::span<Value> arguments);
Value call_regex_replace_all(Run& run, std::span<Value> arguments);
Value call_regex_replace_literal(Run& run, std::span<Value> arguments);
Value call_hash(Run& run, std::span<Value> arguments);
Value call_sha2_hash(Run& run, std::span<Value> arguments);

/// Whose functions a template may call.
enum class Library : uint8_t {
  kStage,  // all stages of Alloy offer the same ones
  kHelm,
};

/// Null when there is none.
const Function* find_function(Library library, std::string_view name);
/// Does it answer the same, whenever it is asked the same? Clocks, chance and the machine do not.
bool is_repeatable(const Function& function);
/// A method of values of that type; null when there is none.
const Function* find_method(Type type, std::string_view name);
std::span<const Function> time_methods();
std::span<const Function> duration_methods();
std::span<const Function> month_methods();
std::span<const Function> weekday_methods();
std::span<const Function> location_methods();
std::span<const Function> version_methods();
/// How many functions there are, for tests.
size_t function_count();

}  // namespace invar::gotemplate
