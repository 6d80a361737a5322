#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "stdlib/functions/go/json_path.h"

namespace invar::json_path {

struct OperatorWord {
  std::string_view text;
  Operator op;
  int precedence;  // the lower is evaluated first
};
inline constexpr OperatorWord kOperators[] = {
    {"==", Operator::kEqual, 3}, {"!=", Operator::kUnequal, 3}, {"<", Operator::kLess, 3}, {">", Operator::kGreater, 3},
    {"<=", Operator::kLessEqual, 3}, {">=", Operator::kGreaterEqual, 3}, {"||", Operator::kOr, 4}, {"&&", Operator::kAnd, 4},
    {"!", Operator::kNot, 0}, {"+", Operator::kAdd, 2}, {"-", Operator::kSubtract, 2}, {"*", Operator::kMultiply, 1},
    {"/", Operator::kDivide, 1}, {"in", Operator::kIn, 3}, {"empty", Operator::kEmpty, 3}, {"has", Operator::kHas, 3},
    {"exists", Operator::kHas, 3}, {"~=", Operator::kMatches, 3}, {"=~", Operator::kMatches, 3}, {"length", Operator::kLength, 0},
    {"count", Operator::kCount, 0}, {"match", Operator::kMatch, 0}, {"search", Operator::kSearch, 0},
};
/// nullptr: there is none that is written so.
const OperatorWord* find_operator(std::string_view text);

struct Equation;
using EquationPtr = std::unique_ptr<Equation>;
/// What a filter says: an operand, or an operator with its operands.
struct Equation {
  std::optional<Operator> op;
  Term operand = Value();
  EquationPtr left, right;

  static EquationPtr of(Term operand);
  static EquationPtr of(Operator op, EquationPtr left, EquationPtr right = nullptr);
};

/// Of an equation that was read from left to right: in the order of precedence, as ojg puts it, and without groups that it leaves out.
Filter filter_of(EquationPtr read);

}  // namespace invar::json_path
