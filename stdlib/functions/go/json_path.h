#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "src/base/result.h"
#include "src/language/value.h"
#include "src/text/regex.h"

// JSONPath as github.com/ohler55/ojg reads and answers it, its quirks included: json_path gives what Alloy gives.
namespace invar::json_path {

enum class Operator : uint8_t {
  kEqual, kUnequal, kLess, kGreater, kLessEqual, kGreaterEqual, kOr, kAnd, kNot, kAdd, kSubtract, kMultiply, kDivide, kIn, kEmpty, kMatches,
  kHas, kLength, kCount, kMatch, kSearch, kGroup,
};

struct Step;
using Path = std::vector<Step>;

/// The value of an expression where there is none.
struct Nothing {};
/// A part of a filter: an operator, or an operand.
using Term = std::variant<Value, Nothing, Operator, Path, std::shared_ptr<const Regex>>;
/// A filter in Polish notation: each operator before its operands.
using Filter = std::vector<Term>;

struct Root {};
struct Current {};
struct Wildcard {};
struct Descent {};
struct Child {
  std::string name;
};
struct Nth {
  int64_t index;
};
struct Slice {
  std::vector<int64_t> parts;
};
struct Union {
  std::vector<std::variant<std::string, int64_t>> parts;
};
struct Step {
  std::variant<Root, Current, Wildcard, Descent, Child, Nth, Slice, Union, std::shared_ptr<const Filter>> what;
};

/// How many operands an operator has.
constexpr int operand_count(Operator op) {
  return op == Operator::kNot || op == Operator::kLength || op == Operator::kCount || op == Operator::kGroup ? 1 : 2;
}

/// As strconv.ParseFloat answers where nobody asks for its error: infinite when out of range, 0 when no number.
double float_of(std::string_view text);
/// Errors with ojg's texts: "not terminated at 3 in $[".
Result<Path> parse(std::string_view text);
/// All values that the path leads to. Members of objects come sorted by key (with ojg in random order).
std::vector<Value> find(const Path& path, const Value& root);
/// Reads JSON as ojg does: whole numbers stay whole, numbers too long for either kind are texts. Nothing is null. Errors: "expected a colon,
/// not '1' at 1:6".
Result<Value> parse_document(std::string_view text);

}  // namespace invar::json_path
