#include "stdlib/functions/go/json_path_equation.h"

#include <algorithm>

namespace invar::json_path {
namespace {

int precedence_of(Operator op) {
  const auto found = std::find_if(std::begin(kOperators), std::end(kOperators), [&](const OperatorWord& word) { return word.op == op; });
  return found == std::end(kOperators) ? 0 : found->precedence;
}

EquationPtr correct_precedence(EquationPtr e) {
  if (!e || !e->op) return e;
  e->left = correct_precedence(std::move(e->left));
  if (!e->right || !e->right->op) return e;
  if (precedence_of(*e->op) <= precedence_of(*e->right->op)) {
    EquationPtr right = std::move(e->right);
    e->right = std::move(right->left);
    right->left = std::move(e);
    return correct_precedence(std::move(right));
  }
  e->right = correct_precedence(std::move(e->right));
  if (e->right->op && precedence_of(*e->op) <= precedence_of(*e->right->op)) e = correct_precedence(std::move(e));
  return e;
}

EquationPtr without_groups(EquationPtr e, const Operator* outer) {
  if (!e || !e->op) return e;
  const bool needless = !outer || (e->left && e->left->op && precedence_of(*e->left->op) < precedence_of(*outer));
  if (*e->op == Operator::kGroup && needless) return without_groups(std::move(e->left), outer);
  const Operator op = *e->op;
  e->left = without_groups(std::move(e->left), &op);
  e->right = without_groups(std::move(e->right), &op);
  return e;
}

void flatten(Equation* e, Filter& into) {
  if (!e) return into.emplace_back(Value()), void();
  if (!e->op) return into.push_back(std::move(e->operand));
  into.emplace_back(*e->op);
  flatten(e->left.get(), into);
  if (operand_count(*e->op) > 1) flatten(e->right.get(), into);
}

}  // namespace

const OperatorWord* find_operator(std::string_view text) {
  const auto found = std::find_if(std::begin(kOperators), std::end(kOperators), [&](const OperatorWord& word) { return word.text == text; });
  return found == std::end(kOperators) ? nullptr : found;
}

EquationPtr Equation::of(Term operand) {
  auto e = std::make_unique<Equation>();
  e->operand = std::move(operand);
  return e;
}

EquationPtr Equation::of(Operator op, EquationPtr left, EquationPtr right) {
  auto e = std::make_unique<Equation>();
  e->op = op;
  e->left = std::move(left);
  e->right = std::move(right);
  return e;
}

Filter filter_of(EquationPtr read) {
  const EquationPtr equation = without_groups(correct_precedence(std::move(read)), nullptr);
  Filter filter;
  flatten(equation.get(), filter);
  return filter;
}

}  // namespace invar::json_path
