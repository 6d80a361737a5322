#pragma once

#include <optional>
#include <unordered_map>

#include "src/base/diagnostics.h"
#include "src/language/value.h"
#include "src/language/value_error.h"
#include "src/parser/ast.h"

namespace invar {

/// The names that expressions may use: a chain of scopes, the nearest wins, the standard library behind them all. Immutable
/// while it is used; the parent and the library must outlive it.
class Scope {
 public:
  /// `library` is what lies behind the outermost scope (stdlib_values(), stdlib/functions/library.h); nullptr: nothing.
  explicit Scope(const Members* library = nullptr) : library_(library) {}
  explicit Scope(const Scope& parent, Members variables = {}) : parent_(&parent), variables_(std::move(variables)) {}

  void set(std::string name, Value value) { variables_.insert_or_assign(std::move(name), std::move(value)); }
  const Value* find(std::string_view name) const;

 private:
  const Scope* parent_ = nullptr;
  const Members* library_ = nullptr;
  Members variables_;
};

/// Why an evaluation or a decoding stopped. Alloy gives some of its errors a place (or `-`) and leaves others bare: those the
/// controller prints at the whole block (`Failed to build component: ...`).
struct Failure {
  std::optional<Diagnostic> diagnostic;
  std::string text;  // of a bare error

  /// Alloy's err.Error(): `file:1:2: message`, `-: message`, or the bare text.
  std::string error() const;
};

/// One evaluation: remembers which expression yielded which value, so that an error blames the right one.
class Evaluation {
 public:
  /// nullopt and `result`, or why not. Never throws; depth is limited.
  std::optional<Failure> evaluate(const ast::Expr& expression, const Scope& scope, Value& result);
  /// Alloy's makeDiagnostic: the expression that yielded the offending value, the way to it, the message.
  Failure explain(const ValueError& error) const;

 private:
  struct Hash {
    size_t operator()(const Value::Identity& id) const { return id.id * 31 + id.kind; }
  };
  struct Origin {
    Value value;  // kept so that its identity is not given out again
    const ast::Expr* expression;
  };
  class Walk;
  std::unordered_map<Value::Identity, Origin, Hash> origins_;
};

/// A single expression.
std::optional<Failure> evaluate(const ast::Expr& expression, const Scope& scope, Value& result);

/// The value of a literal token; false (with Go's words in `error`) for numbers out of range.
bool literal_value(const ast::Literal& literal, Value& value, std::string& error);
/// Operators on values; false with `error`.
bool apply_binary(const Value& left, ast::TokenKind op, const Value& right, Value& result, ValueError& error);
bool apply_unary(ast::TokenKind op, const Value& operand, Value& result, ValueError& error);

}  // namespace invar
