#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "src/text/ottl/token.h"

namespace invar::ottl {

// The tree of one OTTL text. The parser fills it; the checker, which knows the names of a context, adds what they stand for (members marked "by check"), so that
// running looks nothing up.

struct Function;   // function.h
struct PathEntry;  // context.h
enum class ContextId : uint8_t;

struct Value;
using ValuePtr = std::unique_ptr<Value>;
struct Condition;
using ConditionPtr = std::unique_ptr<Condition>;

/// `["name"]`, `[0]`, `[expression]`
struct Key {
  Extent at;
  std::variant<std::string, int64_t, ValuePtr> index;
};

struct Field {
  std::string name;
  Extent at;
  std::vector<Key> keys;
};

/// `log.attributes["a"]`. Where a context's name may stand first, `context` holds the first name if a dot follows it directly.
struct Path {
  std::string context;
  Extent context_at;
  std::vector<Field> fields;
  // by check:
  const PathEntry* entry = nullptr;  // what it leads to
  ContextId owner{};                 // whose entry that is: of `resource.schema_url` the resource
  const std::vector<Key>* keys = nullptr;  // of the entry
};

struct Argument {
  Extent at;
  std::string name;      // "" when it is given by position
  ValuePtr value;        // nullptr when it is a function
  std::string function;  // `SHA256`, of parameters that take functions
};

/// `set(...)` or `Concat(...)["key"]`
struct Call {
  std::string function;
  Extent at;       // all of it
  Extent name_at;
  bool is_editor = false;
  std::vector<Argument> arguments;
  std::vector<Key> keys;
  // by check:
  const Function* callee = nullptr;
  std::vector<const Argument*> by_parameter;  // nullptr where none is given
};

/// `(k, _) => ...`
struct Lambda {
  std::vector<std::string> parameters;
  std::variant<ValuePtr, ConditionPtr> body;
};

struct Nil {};
/// 0x0102
struct Bytes {
  std::string value;
};
/// SEVERITY_NUMBER_INFO
struct Enum {
  std::string symbol;
  int64_t value = 0;  // by check
};
enum class MathOp : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kNegate };
/// An arithmetic expression; kNegate has no `right`.
struct Operation {
  MathOp op;
  ValuePtr left, right;
};
/// A whole arithmetic expression, also one without operators: `(1)`, `-1`. What must be a literal or a path may not be one.
struct Math {
  ValuePtr result;
};
struct List {
  std::vector<Value> elements;
};
struct MapItem {
  std::string key;
  ValuePtr value;
};
/// As written: of equal keys the last one counts.
struct Map {
  std::vector<MapItem> items;
};

struct Value {
  Extent at;
  std::variant<Nil, bool, int64_t, double, std::string, Bytes, Enum, Path, Call, Lambda, Math, Operation, List, Map> node;

  template <class T>
  const T* as() const { return std::get_if<T>(&node); }
  template <class T>
  T* as() { return std::get_if<T>(&node); }
};

enum class CompareOp : uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreaterOrEqual, kGreater };

struct Comparison {
  Value left;
  CompareOp op;
  Value right;
};
/// `a or b`, evaluated from the left until one holds.
struct AnyOf {
  std::vector<Condition> conditions;
};
/// `a and b`, evaluated from the left until one fails.
struct AllOf {
  std::vector<Condition> conditions;
};

struct Condition {
  Extent at;
  bool negated = false;
  std::variant<bool, Call, Comparison, AnyOf, AllOf> node;
};

struct Statement {
  Call editor;
  std::optional<Condition> where;
};

/// Keys and paths as Alloy's messages show them: names without quotes, expressions left out.
std::string keys_text(const std::vector<Key>& keys);
std::string path_text(const Path& path);

}  // namespace invar::ottl
