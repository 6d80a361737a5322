// syntax/decode_real: the same as decode for the argument types of real components, as far as they are built here.
#include "src/runtime/component.h"
#include "src/runtime/receiver_value.h"
#include "tests/conformance/decode_outcome.h"

namespace invar::decode_real {
namespace {

const Schema* find_schema(std::string_view name) {
  for (const ComponentSpec* component : components())
    if (component->name == name) return component->arguments;
  return nullptr;
}

bool is_zero(const Json& value) {
  return value.is_null() || value == "" || value == false || value == Json{{"map", nullptr}} || value == Json{{"list", nullptr}} ||
         value == Json{{"text", ""}};
}

/// Go keeps some rows behind a pointer (squash): they are not there as long as none is written.
void drop_unset(const Json& expected, Json& got) {
  if (got.is_array() && expected.is_array() && got.size() == expected.size())
    for (size_t i = 0; i < got.size(); ++i) drop_unset(expected[i], got[i]);
  if (!got.is_object() || !expected.is_object()) return;
  std::vector<std::string> dropped;
  for (auto& [key, value] : got.items()) {
    if (expected.contains(key)) drop_unset(expected[key], value);
    else if (is_zero(value)) dropped.push_back(key);
  }
  for (const std::string& key : dropped) got.erase(key);
}

Outcome run(const ConformanceCase& c) {
  const std::string name = c.data.at("schema");
  const Schema* schema = find_schema(name);
  if (!schema) return Outcome::skipped(name + " is not built here");
  const Value receiver = receiver_value(std::make_shared<LogsReceiver>(".receiver"));
  Json expected = recorded_outcome(c), got = decode_outcome(c, *schema, variables_of(c, receiver));
  if (expected.contains("result") && got.contains("result")) drop_unset(expected["result"], got["result"]);
  if (c.defect)
    for (const char* key : {"result", "api_json"}) expected.erase(key), got.erase(key);
  return verdict(difference(expected, got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/decode_real"}, run};

}  // namespace invar::decode_real
