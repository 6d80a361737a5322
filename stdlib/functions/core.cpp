#include "stdlib/functions/go/function.h"
#include "stdlib/functions/go/json_path.h"
#include "stdlib/functions/library.h"

namespace invar::functions_core {
namespace {

/// The zero value of its Go type, or an empty list, object or target.
bool is_empty(const Value& value) {
  switch (value.type()) {
    case ValueType::kNull: return true;
    case ValueType::kBool: return !value.as_bool();
    case ValueType::kNumber: return value.as_float() == 0;
    case ValueType::kString: return value.as_string().empty();
    case ValueType::kArray:
    case ValueType::kObject: return value.size() == 0;
    case ValueType::kFunction: return false;
    case ValueType::kCapsule: {
      if (value.as_capsule().is_zero()) return true;
      const auto members = value.to_object();
      return members && members->empty();
    }
  }
  return false;
}

bool coalesce(const Value&, std::span<const Value> args, Value& result, ValueError&) {
  if (args.empty()) return result = Value(), true;
  for (const Value& arg : args)
    if (!is_empty(arg)) return result = arg, true;
  return result = args.back(), true;
}

Result<std::vector<Value>> find_in_json(std::string text, std::string path) {
  const auto parsed = json_path::parse(path);
  if (!parsed) return parsed.error();
  const auto document = json_path::parse_document(text);
  if (!document) return document.error();
  return json_path::find(*parsed, *document);
}

constexpr FunctionEntry kEntries[] = {
    {"coalesce", "coalesce(values... any) any",
     "The first value that is neither null nor empty (\"\", 0, false, [], {}); the last one when all are.",
     &raw_function_value<&coalesce>},
    {"json_path", "json_path(text string, path string) list(any)", "The values in a JSON text that a JSONPath (as ojg reads it) leads to.",
     &function_value<&find_in_json>},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"", kEntries};

}  // namespace invar::functions_core
