#include <algorithm>

#include "src/text/gotemplate/builder.h"

namespace invar::gotemplate {
namespace {

using Values = std::span<Value>;

Value fallback(Run&, Values a) { return a.size() < 2 || !is_true(a[1]) ? a[0] : a[1]; }
Value empty(Run&, Values a) { return Value::of(!is_true(a[0])); }
Value coalesce(Run&, Values a) {
  const auto found = std::find_if(a.begin(), a.end(), is_true);
  return found == a.end() ? Value::nil() : *found;
}
Value all(Run&, Values a) { return Value::of(std::all_of(a.begin(), a.end(), is_true)); }
Value any(Run&, Values a) { return Value::of(std::any_of(a.begin(), a.end(), is_true)); }
Value ternary(Run&, Values a) { return a[2].boolean() ? a[0] : a[1]; }

Value type_of(Run&, Values a) { return Value::of(type_name(a[0].type)); }
Value type_is(Run&, Values a) { return Value::of(a[0].text() == type_name(a[1].type)); }
Value type_is_like(Run&, Values a) {
  const std::string_view type = type_name(a[1].type);
  return Value::of(a[0].text() == type || "*" + std::string(a[0].text()) == type);
}
Value kind_of_value(Run&, Values a) { return Value::of(kind_name(a[0].type)); }
Value kind_is(Run&, Values a) { return Value::of(a[0].text() == kind_name(a[1].type)); }
Value equal(Run&, Values a) { return Value::of(deep_equal(a[0], a[1])); }
Value fail(Run&, Values a) { throw Failure{std::string(a[0].text())}; }

constexpr Function kFunctions[] = {
    {"all", "a*", all},
    {"any", "a*", any},
    {"coalesce", "a*", coalesce},
    {"deepEqual", "aa", equal},
    {"default", "aa*", fallback},
    {"empty", "a", empty},
    {"fail", "s", fail},
    {"kindIs", "sa", kind_is},
    {"kindOf", "a", kind_of_value},
    {"ternary", "aab", ternary},
    {"typeIs", "sa", type_is},
    {"typeIsLike", "sa", type_is_like},
    {"typeOf", "a", type_of},
};

}  // namespace

std::span<const Function> value_functions() { return kFunctions; }

}  // namespace invar::gotemplate
