#include "stdlib/functions/library.h"

#include <doctest/doctest.h>


#include "src/language/catalog.h"
#include "stdlib/functions/go/format.h"

namespace invar {
namespace {

TEST_CASE("every function has its manual entry") {
  for (const FunctionNamespace* space : function_namespaces()) {
    for (const FunctionEntry& entry : space->entries) {
      INFO(std::string(space->name) << "." << std::string(entry.name));
      CHECK(!entry.doc.empty());
      CHECK(!entry.signature.empty());
      if (entry.value().is(ValueType::kFunction)) CHECK(entry.signature.starts_with(std::string(entry.name) + "("));
    }
  }
}

TEST_CASE("names, successors and stability are the catalog's") {
  for (const CatalogFunction& function : catalog_functions()) {
    INFO(std::string(function.name));
    const size_t dot = function.name.find('.');
    const auto found = stdlib_values().find(function.name.substr(0, dot));
    REQUIRE(found != stdlib_values().end());
    if (dot != std::string_view::npos) CHECK(found->second.find(function.name.substr(dot + 1)) != nullptr);
    CHECK(is_stdlib_experimental(function.name) == (function.stability == Stability::kExperimental));
    CHECK(is_stdlib_deprecated(function.name) == function.deprecated);
  }
  CHECK_FALSE(is_stdlib_name("nothing"));
}

TEST_CASE("go_sprintf prints what fmt.Sprintf does") {
  struct Row {
    std::string_view layout;
    std::vector<Value> args;
    std::string_view text;
  };
  const Value number = Value::integer(42), text = Value::string("héllo"), real = Value::floating(3.14159);
  const Row rows[] = {
      {"%d|%5d|%-5d|%05d|%+d|%x|%#x|%b|%o|%c", {number, number, number, number, number, number, number, number, number, number},
       "42|   42|42   |00042|+42|2a|0x2a|101010|52|*"},
      {"%s|%7s|%.2s|%q|%x", {text, text, text, text, text}, "héllo|  héllo|hé|\"héllo\"|68c3a96c6c6f"},
      {"%v|%.2f|%8.3f|%e|%g", {real, real, real, real, real}, "3.14159|3.14|   3.142|3.141590e+00|3.14159"},
      {"%v %v %v", {Value(), Value::boolean(true), Value::array({number, text})}, "<nil> true [42 héllo]"},
      {"%[2]s-%[1]s", {Value::string("a"), Value::string("b")}, "b-a"},
      {"%*d|%.*f", {Value::integer(4), number, Value::integer(1), real}, "  42|3.1"},
      {"%d %z", {text}, "%!d(string=héllo) %!z(MISSING)"},
      {"%", {}, "%!(NOVERB)"},
      {"x", {number}, "x%!(EXTRA int=42)"},
      {"%#v", {Value::object({{"a", number}})}, "map[string]interface {}{\"a\":42}"},
  };
  for (const Row& row : rows) CHECK(go_sprintf(row.layout, row.args) == row.text);
}

}  // namespace
}  // namespace invar
