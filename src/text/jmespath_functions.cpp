#include "src/text/jmespath_functions.h"

#include <algorithm>
#include <cmath>

#include "src/base/quote.h"
#include "src/text/number.h"

namespace invar::jmespath {
namespace functions {
namespace {

using Kind = Value::Kind;

// What a parameter may be.
constexpr unsigned kNumber = 1, kString = 2, kArray = 4, kObject = 8, kNumbers = 16, kStrings = 32, kExpression = 64, kAny = 128;

bool all_are(const Array& array, Kind kind) {
  return std::all_of(array.begin(), array.end(), [&](const Value& item) { return item.is(kind); });
}

bool is_any_of(const Value& value, unsigned types) {
  if (types & kAny) return true;
  switch (value.kind()) {
    case Kind::kNumber: return types & kNumber;
    case Kind::kString: return types & kString;
    case Kind::kObject: return types & kObject;
    case Kind::kExpression: return types & kExpression;
    case Kind::kArray:
      return (types & kArray) || ((types & kNumbers) && all_are(value.as_array(), Kind::kNumber)) ||
             ((types & kStrings) && all_are(value.as_array(), Kind::kString));
    default: return false;
  }
}

double sum_of(const Array& array) {
  double sum = 0;
  for (const Value& item : array) sum += item.as_number();
  return sum;
}

bool abs(Evaluation&, Args args, Value& out) { return out = Value::number(std::fabs(args[0].as_number())), true; }
bool ceil(Evaluation&, Args args, Value& out) { return out = Value::number(std::ceil(args[0].as_number())), true; }
bool floor(Evaluation&, Args args, Value& out) { return out = Value::number(std::floor(args[0].as_number())), true; }
bool sum(Evaluation&, Args args, Value& out) { return out = Value::number(sum_of(args[0].as_array())), true; }

bool avg(Evaluation&, Args args, Value& out) {
  const Array& array = args[0].as_array();
  if (array.size > 0) out = Value::number(sum_of(array) / static_cast<double>(array.size));
  return true;
}

bool contains(Evaluation&, Args args, Value& out) {
  if (args[0].is(Kind::kString)) return out = Value::boolean(contains_text(args[0].as_text(), args[1])), true;
  const Array& array = args[0].as_array();
  // Go panics where it would have to compare arrays or objects; the specification has them compared.
  out = Value::boolean(std::any_of(array.begin(), array.end(), [&](const Value& item) { return deep_equal(item, args[1]); }));
  return true;
}

bool length(Evaluation&, Args args, Value& out) {
  size_t count = 0;
  if (args[0].is(Kind::kArray)) {
    count = args[0].as_array().size;
  } else if (args[0].is(Kind::kObject)) {
    count = args[0].as_object().size;
  } else {
    std::string_view rest = args[0].as_text();
    for (size_t bytes; !rest.empty(); rest.remove_prefix(bytes), ++count) decode_rune(rest, bytes);
  }
  return out = Value::number(static_cast<double>(count)), true;
}

bool not_null(Evaluation&, Args args, Value& out) {
  const auto found = std::find_if(args.begin(), args.end(), [](const Value& value) { return !value.is_null(); });
  if (found != args.end()) out = *found;
  return true;
}

bool reverse(Evaluation& evaluation, Args args, Value& out) {
  if (args[0].is(Kind::kString)) return reverse_text(evaluation, args[0].as_text(), out);
  const Array& array = args[0].as_array();
  Array* const reversed = evaluation.memory().make_array(array.size);
  if (reversed->size == array.size) std::reverse_copy(array.begin(), array.end(), reversed->begin());
  return out = Value::array(reversed), true;
}

bool to_array(Evaluation& evaluation, Args args, Value& out) {
  if (args[0].is(Kind::kArray)) return out = args[0], true;
  Array* const array = evaluation.memory().make_array(1);
  if (array->size == 1) array->items[0] = args[0];
  return out = Value::array(array), true;
}

bool to_number(Evaluation&, Args args, Value& out) {
  if (args[0].is(Kind::kExpression)) return false;
  if (args[0].is(Kind::kNumber)) return out = args[0], true;
  if (!args[0].is(Kind::kString)) return true;
  if (const auto number = parse_float(args[0].as_text())) out = Value::number(*number);
  return true;
}

bool to_string(Evaluation& evaluation, Args args, Value& out) {
  if (args[0].is(Kind::kString)) return out = args[0], true;
  std::string text;
  if (!append_sorted_json(args[0], text)) return false;
  return out = Value::text(evaluation.memory().copy(text)), true;
}

bool type(Evaluation&, Args args, Value& out) {
  switch (args[0].kind()) {
    case Kind::kNull: return out = Value::text("null"), true;
    case Kind::kBool: return out = Value::text("boolean"), true;
    case Kind::kNumber: return out = Value::text("number"), true;
    case Kind::kString: return out = Value::text("string"), true;
    case Kind::kArray: return out = Value::text("array"), true;
    case Kind::kObject: return out = Value::text("object"), true;
    default: return false;
  }
}

constexpr Function::Parameter one(unsigned types) { return {types, false, false}; }
constexpr Function::Parameter optional(unsigned types) { return {types, true, false}; }
constexpr Function::Parameter many(unsigned types) { return {types, false, true}; }

constexpr Function kFunctions[] = {
    {"abs", {one(kNumber)}, 1, abs},
    {"avg", {one(kNumbers)}, 1, avg},
    {"ceil", {one(kNumber)}, 1, ceil},
    {"contains", {one(kArray | kString), one(kAny)}, 2, contains},
    {"ends_with", {one(kString), one(kString)}, 2, ends_with},
    {"find_first", {one(kString), one(kString), optional(kNumber), optional(kNumber)}, 4, find_first},
    {"find_last", {one(kString), one(kString), optional(kNumber), optional(kNumber)}, 4, find_last},
    {"floor", {one(kNumber)}, 1, floor},
    {"from_items", {one(kArray)}, 1, from_items},
    {"group_by", {one(kArray), one(kExpression)}, 2, group_by},
    {"items", {one(kObject)}, 1, items},
    {"join", {one(kString), one(kStrings)}, 2, join},
    {"keys", {one(kObject)}, 1, keys},
    {"length", {one(kString | kArray | kObject)}, 1, length},
    {"lower", {one(kString)}, 1, lower},
    {"map", {one(kExpression), one(kArray)}, 2, map},
    {"max", {one(kNumbers | kStrings)}, 1, max},
    {"max_by", {one(kArray), one(kExpression)}, 2, max_by},
    {"merge", {many(kObject)}, 1, merge},
    {"min", {one(kNumbers | kStrings)}, 1, min},
    {"min_by", {one(kArray), one(kExpression)}, 2, min_by},
    {"not_null", {many(kAny)}, 1, not_null},
    {"pad_left", {one(kString), one(kNumber), optional(kString)}, 3, pad_left},
    {"pad_right", {one(kString), one(kNumber), optional(kString)}, 3, pad_right},
    {"replace", {one(kString), one(kString), one(kString), optional(kNumber)}, 4, replace},
    {"reverse", {one(kArray | kString)}, 1, reverse},
    {"sort", {one(kNumbers | kStrings)}, 1, sort},
    {"sort_by", {one(kArray), one(kExpression)}, 2, sort_by},
    {"split", {one(kString), one(kString), optional(kNumber)}, 3, split},
    {"starts_with", {one(kString), one(kString)}, 2, starts_with},
    {"sum", {one(kNumbers)}, 1, sum},
    {"to_array", {one(kAny)}, 1, to_array},
    {"to_number", {one(kAny)}, 1, to_number},
    {"to_string", {one(kAny)}, 1, to_string},
    {"trim", {one(kString), optional(kString)}, 2, trim},
    {"trim_left", {one(kString), optional(kString)}, 2, trim_left},
    {"trim_right", {one(kString), optional(kString)}, 2, trim_right},
    {"type", {one(kAny)}, 1, type},
    {"upper", {one(kString)}, 1, upper},
    {"values", {one(kObject)}, 1, values},
    {"zip", {one(kArray), many(kArray)}, 2, zip},
};

}  // namespace

bool to_integer(const Value& value, int64_t& out) {
  const double number = value.as_number();
  if (std::floor(number) != number) return false;
  const bool fits = number >= -0x1p63 && number < 0x1p63;
  out = fits ? static_cast<int64_t>(number) : INT64_MIN;  // as Go converts on amd64
  return true;
}

}  // namespace functions

bool Function::accepts(std::span<const Value> args) const {
  size_t needed = 0;
  bool endless = false;
  for (uint8_t i = 0; i < count; ++i) {
    if (!parameters[i].optional) ++needed;
    endless |= parameters[i].variadic;
  }
  if (args.size() < needed || (!endless && args.size() > count)) return false;
  for (size_t i = 0; i < args.size(); ++i)
    if (!functions::is_any_of(args[i], parameters[std::min<size_t>(i, count - 1u)].types)) return false;
  return true;
}

const Function* find_function(std::string_view name) {
  for (const Function& function : functions::kFunctions)
    if (function.name == name) return &function;
  return nullptr;
}

}  // namespace invar::jmespath
