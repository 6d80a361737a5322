#include <cmath>

#include "src/base/check.h"
#include "src/language/evaluate.h"
#include "src/language/secret_value.h"
#include "src/text/number.h"

namespace invar {

namespace {

using ast::TokenKind;

struct Operator {
  TokenKind token;
  std::string_view text;
  std::string_view takes;  // as messages list it
  bool strings, capsules, booleans;
};

constexpr Operator kOperators[] = {
    {TokenKind::kOr, "||", "[bool]", false, false, true},
    {TokenKind::kAnd, "&&", "[bool]", false, false, true},
    {TokenKind::kAdd, "+", "[number string capsule]", true, true, false},
    {TokenKind::kSub, "-", "[number]", false, false, false},
    {TokenKind::kMul, "*", "[number]", false, false, false},
    {TokenKind::kDiv, "/", "[number]", false, false, false},
    {TokenKind::kMod, "%", "[number]", false, false, false},
    {TokenKind::kPow, "^", "[number]", false, false, false},
    {TokenKind::kLt, "<", "[number string]", true, false, false},
    {TokenKind::kGt, ">", "[number string]", true, false, false},
    {TokenKind::kLte, "<=", "[number string]", true, false, false},
    {TokenKind::kGte, ">=", "[number string]", true, false, false},
};

const Operator& operator_of(TokenKind token) {
  for (const Operator& op : kOperators)
    if (op.token == token) return op;
  INVAR_CHECK(!"an operator");
  return kOperators[0];
}

bool takes(const Operator& op, ValueType type) {
  switch (type) {
    case ValueType::kBool: return op.booleans;
    case ValueType::kNumber: return !op.booleans;
    case ValueType::kString: return op.strings;
    case ValueType::kCapsule: return op.capsules;
    default: return false;
  }
}

/// What a secret or a string says, for making both sides of an operator alike.
struct Text {
  enum Kind { kNone, kString, kSecret, kHidden, kPlain } kind = kNone;  // kHidden and kPlain: optional secrets
  std::string text;
};

Text text_of(const Value& value) {
  if (value.is(ValueType::kString)) return {Text::kString, value.as_string()};
  if (const auto secret = value.capsule_as<SecretCapsule>()) return {Text::kSecret, secret->secret().reveal()};
  if (const auto optional = value.capsule_as<OptionalSecretCapsule>())
    return {optional->secret().is_secret ? Text::kHidden : Text::kPlain, optional->secret().value};
  return {};
}

Value hidden(std::string text) { return optional_secret_value({true, std::move(text)}); }
Value secret(std::string text) { return secret_value(Secret(std::move(text))); }

/// Alloy's tryUnwrapCapsules: secrets and strings become two values of one type. Values that need no change keep their identity.
void make_alike(Value& left, Value& right) {
  Text l = text_of(left), r = text_of(right);
  if (l.kind == Text::kNone || r.kind == Text::kNone) return;
  const bool any_secret = l.kind == Text::kSecret || r.kind == Text::kSecret;
  if (any_secret) {
    if (l.kind != Text::kSecret) left = secret(std::move(l.text));
    if (r.kind != Text::kSecret) right = secret(std::move(r.text));
  } else if (l.kind == Text::kHidden && r.kind == Text::kString) {
    right = hidden(std::move(r.text));
  } else if (l.kind == Text::kString && r.kind == Text::kHidden) {
    left = hidden(std::move(l.text));
  } else if (l.kind == Text::kPlain && r.kind == Text::kString) {
    left = Value::string(std::move(l.text));
    right = Value::string(std::move(r.text));
  } else if (l.kind == Text::kString && r.kind == Text::kPlain) {
    right = Value::string(std::move(r.text));
  }
}

bool add_capsules(const Value& left, const Value& right, const Value& blamed, Value& result, ValueError& error) {
  Text l = text_of(left), r = text_of(right);
  if (l.kind == Text::kSecret) {
    result = secret(l.text + (r.kind == Text::kSecret ? r.text : ""));
    return true;
  }
  if (l.kind == Text::kHidden || l.kind == Text::kPlain) {
    const bool optional = r.kind == Text::kHidden || r.kind == Text::kPlain;
    result = optional_secret_value({l.kind == Text::kHidden || r.kind == Text::kHidden, l.text + (optional ? r.text : "")});
    return true;
  }
  error = ValueError::about(blamed, "could not perform binop + for unknown types lhs capsule rhs capsule");
  return false;
}

/// Go's loop `result *= n` m-1 times, wrap-around included, in log(m) steps; negative powers leave n alone.
template <class T>
T power(T n, T m) {
  if (m == 0 || n == 1) return 1;
  if (n == 0 && m > 0) return 0;
  if (m < 2) return n;
  uint64_t result = 1, factor = static_cast<uint64_t>(n);
  for (auto rest = static_cast<uint64_t>(m); rest > 0; rest >>= 1, factor *= factor)
    if (rest & 1) result *= factor;
  return static_cast<T>(result);
}

int64_t divide(int64_t a, int64_t b) { return b == -1 ? static_cast<int64_t>(0 - static_cast<uint64_t>(a)) : a / b; }
int64_t remainder(int64_t a, int64_t b) { return b == -1 ? 0 : a % b; }

template <class T>
Value compare(TokenKind op, const T& a, const T& b) {
  switch (op) {
    case TokenKind::kLt: return Value::boolean(a < b);
    case TokenKind::kGt: return Value::boolean(a > b);
    case TokenKind::kLte: return Value::boolean(a <= b);
    default: return Value::boolean(a >= b);
  }
}

Value unsigned_numbers(TokenKind op, uint64_t a, uint64_t b) {
  switch (op) {
    case TokenKind::kAdd: return Value::unsigned_integer(a + b);
    case TokenKind::kSub: return Value::unsigned_integer(a - b);
    case TokenKind::kMul: return Value::unsigned_integer(a * b);
    case TokenKind::kDiv: return Value::unsigned_integer(a / b);
    case TokenKind::kMod: return Value::unsigned_integer(a % b);
    case TokenKind::kPow: return Value::unsigned_integer(power(a, b));
    default: return compare(op, a, b);
  }
}

Value signed_numbers(TokenKind op, int64_t a, int64_t b) {
  const auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);  // wraps around, as Go does
  switch (op) {
    case TokenKind::kAdd: return Value::integer(static_cast<int64_t>(ua + ub));
    case TokenKind::kSub: return Value::integer(static_cast<int64_t>(ua - ub));
    case TokenKind::kMul: return Value::integer(static_cast<int64_t>(ua * ub));
    case TokenKind::kDiv: return Value::integer(divide(a, b));
    case TokenKind::kMod: return Value::integer(remainder(a, b));
    case TokenKind::kPow: return Value::integer(power(a, b));
    default: return compare(op, a, b);
  }
}

Value floating_numbers(TokenKind op, double a, double b) {
  switch (op) {
    case TokenKind::kAdd: return Value::floating(a + b);
    case TokenKind::kSub: return Value::floating(a - b);
    case TokenKind::kMul: return Value::floating(a * b);
    case TokenKind::kDiv: return Value::floating(a / b);
    case TokenKind::kMod: return Value::floating(std::fmod(a, b));
    case TokenKind::kPow: return Value::floating(go_pow(a, b));
    default: return compare(op, a, b);
  }
}

bool is_zero(const Value& number) {
  return number.number_kind() == NumberKind::kFloat ? number.as_float() == 0 : number.as_uint() == 0;
}

bool apply_numbers(const Value& left, TokenKind op, const Value& right, const Value& blamed, Value& result, ValueError& error) {
  if ((op == TokenKind::kDiv || op == TokenKind::kMod) && is_zero(right)) {
    error = ValueError::about(blamed, "divide by zero error");
    return false;
  }
  switch (std::max(left.number_kind(), right.number_kind())) {
    case NumberKind::kUint: result = unsigned_numbers(op, left.as_uint(), right.as_uint()); break;
    case NumberKind::kInt: result = signed_numbers(op, left.as_int(), right.as_int()); break;
    case NumberKind::kFloat: result = floating_numbers(op, left.as_float(), right.as_float()); break;
  }
  return true;
}

/// What an operator yields when an operand will be known only at run time.
Value unknown_result(const Value& left, TokenKind op, const Value& right) {
  switch (op) {
    case TokenKind::kAdd: {
      const ValueType l = left.type(), r = right.type();
      if (l == r && l != ValueType::kCapsule) return Value::unknown(l);
      if (l == ValueType::kNumber || r == ValueType::kNumber) return Value::unknown(ValueType::kNumber);
      return Value::unknown();
    }
    case TokenKind::kSub:
    case TokenKind::kMul:
    case TokenKind::kDiv:
    case TokenKind::kMod:
    case TokenKind::kPow: return Value::unknown(ValueType::kNumber);
    default: return Value::unknown(ValueType::kBool);
  }
}

ValueError refuse_operand(const Value& blamed, const Operator& op, ValueType got) {
  return ValueError::about(blamed, "should be one of " + std::string(op.takes) + " for binop " + std::string(op.text) + ", got " +
                                       std::string(type_name(got)));
}

}  // namespace

bool apply_binary(const Value& original_left, TokenKind token, const Value& original_right, Value& result, ValueError& error) {
  if (original_left.holds_unknown() || original_right.holds_unknown())
    return result = unknown_result(original_left, token, original_right), true;
  Value left = original_left, right = original_right;
  if (left.is(ValueType::kCapsule) || right.is(ValueType::kCapsule)) make_alike(left, right);

  if (token == TokenKind::kEq) return result = Value::boolean(left == right), true;
  if (token == TokenKind::kNeq) return result = Value::boolean(!(left == right)), true;

  const Operator& op = operator_of(token);
  if (!takes(op, left.type())) return error = refuse_operand(original_left, op, left.type()), false;
  if (!takes(op, right.type())) return error = refuse_operand(original_right, op, right.type()), false;
  if (left.type() != right.type()) return error = ValueError::type(right, type_name(left.type())), false;

  switch (left.type()) {
    case ValueType::kBool:
      result = Value::boolean(token == TokenKind::kOr ? left.as_bool() || right.as_bool() : left.as_bool() && right.as_bool());
      return true;
    case ValueType::kString:
      result = token == TokenKind::kAdd ? Value::string(left.as_string() + right.as_string())
                                        : compare(token, left.as_string(), right.as_string());
      return true;
    case ValueType::kCapsule: return add_capsules(left, right, original_left, result, error);
    default: return apply_numbers(left, token, right, original_right, result, error);
  }
}

bool apply_unary(TokenKind op, const Value& operand, Value& result, ValueError& error) {
  const ValueType wanted = op == TokenKind::kNot ? ValueType::kBool : ValueType::kNumber;
  if (operand.is_unknown()) return result = Value::unknown(wanted), true;
  if (operand.type() != wanted) return error = ValueError::type(operand, type_name(wanted)), false;
  if (op == TokenKind::kNot) result = Value::boolean(!operand.as_bool());
  else if (operand.number_kind() == NumberKind::kFloat) result = Value::floating(-operand.as_float());
  else result = Value::integer(static_cast<int64_t>(0 - static_cast<uint64_t>(operand.as_int())));
  return true;
}

}  // namespace invar
