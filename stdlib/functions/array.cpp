#include "stdlib/functions/go/function.h"
#include "stdlib/functions/library.h"

namespace invar::functions_array {
namespace {

bool concat(const Value&, std::span<const Value> args, Value& result, ValueError& error) {
  size_t size = 0;
  for (const Value& arg : args) {
    if (!arg.is(ValueType::kArray)) return error = wrong_argument(arg, ValueType::kArray), false;
    size += arg.size();
  }
  if (args.size() == 1) return result = args[0], true;
  std::vector<Value> all;
  all.reserve(size);
  for (const Value& arg : args) {
    if (arg.is_bytes()) {
      for (size_t i = 0; i < arg.size(); ++i) all.push_back(arg.at(i));
    } else {
      all.insert(all.end(), arg.elements().begin(), arg.elements().end());
    }
  }
  return result = Value::array(std::move(all)), true;
}

/// An array's elements as objects; false blames the first that is none.
bool objects_of(const Value& array, std::vector<Members>& objects, ValueError& error) {
  if (!array.is(ValueType::kArray)) return error = wrong_argument(array, ValueType::kArray), false;
  for (size_t i = 0; i < array.size(); ++i) {
    auto members = array.at(i).to_object();
    if (!members) return error = wrong_argument(array.at(i), ValueType::kObject), false;
    objects.push_back(std::move(*members));
  }
  return true;
}

/// Whether both hold equal values under every key. Alloy compares Go values: kinds of numbers count, lists and objects make it panic
/// (here: an error).
bool joins(const Members& left, const Members& right, const std::vector<std::string>& keys, bool& comparable) {
  for (const std::string& key : keys) {
    const auto l = left.find(key), r = right.find(key);
    if (l == left.end() || r == right.end()) return false;
    const ValueType type = l->second.type();
    if (type != r->second.type()) return false;
    if (type == ValueType::kArray || type == ValueType::kObject || type == ValueType::kFunction) return comparable = false;
    if (!l->second.same_as(r->second)) return false;
  }
  return true;
}

Value merged(const Members& left, const Members& right) {
  Members all = right;
  all.insert(left.begin(), left.end());
  return Value::object(std::move(all));
}

bool read_keys(const Value& conditions, std::vector<std::string>& keys, ValueError& error) {
  if (!conditions.is(ValueType::kArray)) return error = wrong_argument(conditions, ValueType::kArray), false;
  if (conditions.size() == 0) {
    error = ValueError::about(conditions, "combine_maps: merge conditions must not be empty");
    return false;
  }
  for (size_t i = 0; i < conditions.size(); ++i) {
    if (!conditions.at(i).is(ValueType::kString)) return error = wrong_argument(conditions.at(i), ValueType::kString), false;
    keys.push_back(conditions.at(i).as_string());
  }
  return true;
}

bool combine_maps(const Value&, std::span<const Value> args, Value& result, ValueError& error) {
  if (args.size() != 3 && args.size() != 4) {
    error = ValueError::plain("combine_maps: expected 3 or 4 arguments, got " + std::to_string(args.size()));
    return false;
  }
  std::vector<Members> left, right;
  std::vector<std::string> keys;
  if (!objects_of(args[0], left, error) || !objects_of(args[1], right, error) || !read_keys(args[2], keys, error)) return false;
  if (args.size() == 4 && !args[3].is(ValueType::kBool)) return error = wrong_argument(args[3], ValueType::kBool), false;
  const bool keep_left = args.size() == 4 && args[3].as_bool();

  std::vector<Value> all;
  bool comparable = true;
  for (size_t i = 0; i < left.size(); ++i) {
    for (const Members& candidate : right) {
      if (joins(left[i], candidate, keys, comparable)) all.push_back(merged(left[i], candidate));
      else if (keep_left) all.push_back(args[0].at(i));  // once per pair that does not match, as Alloy does
    }
  }
  if (!comparable) return error = ValueError::about(args[2], "combine_maps: values to join by must be strings, numbers or bools"), false;
  return result = Value::array(std::move(all)), true;
}

bool group_by(const Value&, std::span<const Value> args, Value& result, ValueError& error) {
  if (args.size() != 3) {
    error = ValueError::plain("group_by: expected 3 arguments, got " + std::to_string(args.size()));
    return false;
  }
  if (!args[0].is(ValueType::kArray)) return error = wrong_argument(args[0], ValueType::kArray), false;
  if (!args[1].is(ValueType::kString)) return error = wrong_argument(args[1], ValueType::kString), false;
  if (!args[2].is(ValueType::kBool)) return error = wrong_argument(args[2], ValueType::kBool), false;
  const std::string& key = args[1].as_string();
  const bool drop_missing = args[2].as_bool();

  std::map<std::string, std::vector<Value>> groups;  // sorted, where Alloy's order is random
  for (size_t i = 0; i < args[0].size(); ++i) {
    auto members = args[0].at(i).to_object();
    if (!members) return error = wrong_argument(args[0].at(i), ValueType::kObject), false;
    const auto found = members->find(key);
    std::string group;
    if (found == members->end()) {
      if (drop_missing) continue;
    } else {
      if (!found->second.is(ValueType::kString)) return error = wrong_argument(found->second, ValueType::kString), false;
      group = found->second.as_string();
    }
    groups[group].push_back(Value::object(std::move(*members)));
  }
  std::vector<Value> all;
  for (auto& [group, items] : groups) {
    Members members{{key, Value::string(group)}};
    members.insert_or_assign("items", Value::array(std::move(items)));
    all.push_back(Value::object(std::move(members)));
  }
  return result = Value::array(std::move(all)), true;
}

constexpr FunctionEntry kEntries[] = {
    {"combine_maps", "combine_maps(left list(map), right list(map), keys list(string), keep_left? bool) list(map)",
     "Joins the maps of two lists that have equal values under all keys; members on the right win.",
     &raw_function_value<&combine_maps>, {}, Stability::kExperimental},
    {"concat", "concat(lists... list(any)) list(any)", "The elements of all lists, in order.", &raw_function_value<&concat>, "concat"},
    {"group_by", "group_by(items list(map), key string, drop_missing bool) list(map)",
     "Groups maps by the text under a key: each group is {key = text, items = [...]}.", &raw_function_value<&group_by>, {},
     Stability::kExperimental},
};

}  // namespace

extern const FunctionNamespace kFunctions;
constinit const FunctionNamespace kFunctions{"array", kEntries};

}  // namespace invar::functions_array
