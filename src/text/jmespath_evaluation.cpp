#include "src/text/jmespath_evaluation.h"

#include <cmath>
#include <vector>

#include "src/base/quote.h"

namespace invar::jmespath {
namespace {

using Kind = Value::Kind;

constexpr int kMaxDepth = 5'000;             // calls of expressions by expressions have no bound of their own
constexpr int64_t kMaxSteps = 20'000'000;    // about a second

/// Where a slice begins, ends and how it goes on, for `size` elements. False when its step is 0.
struct Stretch {
  int64_t start, stop, step;
  bool take(const std::vector<std::optional<int64_t>>& parts, int64_t size) {
    step = parts[2].value_or(1);
    if (step == 0) return false;
    const auto capped = [&](int64_t at) {
      if (at < 0) return at + size >= 0 ? at + size : step < 0 ? -1 : 0;
      return at < size ? at : step < 0 ? size - 1 : size;
    };
    start = parts[0] ? capped(*parts[0]) : step < 0 ? size - 1 : 0;
    stop = parts[1] ? capped(*parts[1]) : step < 0 ? -1 : size;
    return true;
  }
  template <class F>
  void each(F&& see) const {
    // Distances instead of sums: a step may be as large as numbers go.
    for (int64_t at = start; step > 0 ? at < stop : at > stop;) {
      see(at);
      if (step > 0 ? stop - at <= step : stop - at >= step) return;
      at += step;
    }
  }
  size_t count() const {
    size_t out = 0;
    each([&](int64_t) { ++out; });
    return out;
  }
};

bool slice_text(const Stretch& stretch, const std::u32string& runes, Memory& memory, Value& out) {
  std::string text;
  stretch.each([&](int64_t at) { append_rune(text, runes[static_cast<size_t>(at)]); });
  out = Value::text(memory.copy(text));
  return true;
}

/// What can stand for a name on the left of a binding.
bool has_name(const Expression& expression) {
  switch (expression.form) {
    case Form::kField:
    case Form::kVariable:
    case Form::kFunction:
    case Form::kKeyValue: return true;
    case Form::kLiteral: return expression.token == Token::kStringLiteral;
    default: return false;
  }
}

/// Values gathered one by one.
class Gathered {
 public:
  void add(const Value& value) { values_.push_back(value); }
  Value in(Memory& memory) const {
    Array* const array = memory.make_array(values_.size());
    for (size_t i = 0; i < array->size; ++i) array->items[i] = values_[i];
    return Value::array(array);
  }

 private:
  std::vector<Value> values_;
};

}  // namespace

bool Evaluation::evaluate(const Expression& expression, const Value& here, Value& out) {
  if (depth_ >= kMaxDepth || ++steps_ > kMaxSteps) return false;
  ++depth_;
  Value answer;  // `out` may be what `here` refers to
  const bool good = step(expression, here, answer);
  --depth_;
  out = answer;
  return good && !memory_.exhausted();
}

bool Evaluation::step(const Expression& expression, const Value& here, Value& out) {
  const auto& parts = expression.parts;
  switch (expression.form) {
    case Form::kIdentity:
    case Form::kCurrent: return out = here, true;
    case Form::kRoot: return out = root_, true;
    case Form::kField: return field(expression, here, out);
    case Form::kIndex: return index(expression, here, out);
    case Form::kSlice: return slice(expression, here, out);
    case Form::kLiteral: return literal(expression, out);
    case Form::kKeyValue: return evaluate(parts[0], here, out);
    case Form::kExpref: return out = Value::expression(&parts[0]), true;
    case Form::kFunction: return call(expression, here, out);
    case Form::kVariable: return variable(expression, out);
    case Form::kSubexpression:
    case Form::kIndexExpression:
      if (!evaluate(parts[0], here, out)) return false;
      return out.is_null() || evaluate(parts[1], out, out);
    case Form::kPipe: return evaluate(parts[0], here, out) && evaluate(parts[1], out, out);
    case Form::kOr: return evaluate(parts[0], here, out) && (!is_false(out) || evaluate(parts[1], here, out));
    case Form::kAnd: return evaluate(parts[0], here, out) && (is_false(out) || evaluate(parts[1], here, out));
    case Form::kNot:
      if (!evaluate(parts[0], here, out)) return false;
      return out = Value::boolean(is_false(out)), true;
    case Form::kComparator: return compare(expression, here, out);
    case Form::kArithmetic: return calculate(expression, here, out);
    case Form::kUnary: return negate(expression, here, out);
    case Form::kMultiSelectList: return list(expression, here, out);
    case Form::kMultiSelectHash: return hash(expression, here, out);
    case Form::kProjection: return project(expression, here, out);
    case Form::kValueProjection: return project_values(expression, here, out);
    case Form::kFilterProjection: return filter(expression, here, out);
    case Form::kFlatten: return flatten(expression, here, out);
    case Form::kLet: return let(expression, here, out);
    default: return false;  // a binding out of its place
  }
}

bool Evaluation::literal(const Expression& expression, Value& out) {
  out = expression.json ? memory_.value_of(expression.json->root()) : Value::text(expression.text);
  return true;
}

bool Evaluation::field(const Expression& expression, const Value& here, Value& out) {
  if (!here.is(Kind::kObject)) return true;
  if (const Value* found = here.as_object().find(expression.text)) out = *found;
  return true;
}

bool Evaluation::index(const Expression& expression, const Value& here, Value& out) {
  if (!here.is(Kind::kArray)) return true;
  const Array& array = here.as_array();
  const auto size = static_cast<int64_t>(array.size);
  int64_t at = *expression.numbers[0];
  if (at < 0) at += size;
  if (at >= 0 && at < size) out = array.items[at];
  return true;
}

bool Evaluation::slice(const Expression& expression, const Value& here, Value& out) {
  Stretch stretch{};
  if (here.is(Kind::kString)) {
    std::u32string runes;
    std::string_view rest = here.as_text();
    for (size_t length; !rest.empty(); rest.remove_prefix(length)) runes += decode_rune(rest, length);
    if (!stretch.take(expression.numbers, static_cast<int64_t>(runes.size()))) return true;
    return slice_text(stretch, runes, memory_, out);
  }
  if (!here.is(Kind::kArray)) return true;
  const Array& array = here.as_array();
  if (!stretch.take(expression.numbers, static_cast<int64_t>(array.size))) return false;
  Array* const taken = memory_.make_array(stretch.count());
  size_t next = 0;
  if (taken->size > 0) stretch.each([&](int64_t at) { taken->items[next++] = array.items[at]; });
  out = Value::array(taken);
  return true;
}

bool Evaluation::call(const Expression& expression, const Value& here, Value& out) {
  std::vector<Value> args(expression.parts.size());
  for (size_t i = 0; i < args.size(); ++i)
    if (!evaluate(expression.parts[i], here, args[i])) return false;
  const Function* const function = expression.function;
  return function && function->accepts(args) && function->call(*this, args, out);
}

bool Evaluation::compare(const Expression& expression, const Value& here, Value& out) {
  Value left, right;
  if (!evaluate(expression.parts[0], here, left) || !evaluate(expression.parts[1], here, right)) return false;
  if (expression.token == Token::kEQ) return out = Value::boolean(deep_equal(left, right)), true;
  if (expression.token == Token::kNE) return out = Value::boolean(!deep_equal(left, right)), true;
  if (!left.is(Kind::kNumber) || !right.is(Kind::kNumber)) return true;
  const double a = left.as_number(), b = right.as_number();
  switch (expression.token) {
    case Token::kGT: out = Value::boolean(a > b); break;
    case Token::kGTE: out = Value::boolean(a >= b); break;
    case Token::kLT: out = Value::boolean(a < b); break;
    default: out = Value::boolean(a <= b); break;
  }
  return true;
}

bool Evaluation::calculate(const Expression& expression, const Value& here, Value& out) {
  Value left, right;
  if (!evaluate(expression.parts[0], here, left) || !evaluate(expression.parts[1], here, right)) return false;
  if (!left.is(Kind::kNumber) || !right.is(Kind::kNumber)) return true;
  const double a = left.as_number(), b = right.as_number();
  switch (expression.token) {
    case Token::kPlus: out = Value::number(a + b); break;
    case Token::kMinus: out = Value::number(a - b); break;
    case Token::kDivide: out = Value::number(a / b); break;
    case Token::kModulo: out = Value::number(std::fmod(a, b)); break;
    case Token::kDiv: out = Value::number(std::floor(a / b)); break;
    default: out = Value::number(a * b); break;
  }
  return true;
}

bool Evaluation::negate(const Expression& expression, const Value& here, Value& out) {
  Value operand;
  if (!evaluate(expression.parts[0], here, operand)) return false;
  if (operand.is(Kind::kNumber)) out = Value::number(expression.token == Token::kMinus ? -operand.as_number() : operand.as_number());
  return true;
}

bool Evaluation::list(const Expression& expression, const Value& here, Value& out) {
  Gathered gathered;
  for (const Expression& part : expression.parts) {
    Value value;
    if (!evaluate(part, here, value)) return false;
    gathered.add(value);
  }
  out = gathered.in(memory_);
  return true;
}

bool Evaluation::hash(const Expression& expression, const Value& here, Value& out) {
  Object* const object = memory_.make_object(expression.parts.size());
  for (const Expression& part : expression.parts) {
    Value value;
    if (!object || !evaluate(part, here, value)) return false;
    object->set(part.text, value);
  }
  out = Value::object(object);
  return object != nullptr;
}

bool Evaluation::project(const Expression& expression, const Value& here, Value& out) {
  const Expression& source = expression.parts[0];
  Value left;
  if (!evaluate(source, here, left)) return false;
  if (!left.is(Kind::kArray)) {
    // A slice of a text is a text; nothing else may come out of a projection over something that is no array.
    const bool sliced = source.form == Form::kIndexExpression && source.parts[1].form == Form::kSlice;
    if (sliced && left.is(Kind::kString)) out = left;
    return true;
  }
  Gathered gathered;
  for (const Value& element : left.as_array()) {
    Value value;
    if (!evaluate(expression.parts[1], element, value)) return false;
    if (!value.is_null()) gathered.add(value);
  }
  out = gathered.in(memory_);
  return true;
}

bool Evaluation::project_values(const Expression& expression, const Value& here, Value& out) {
  Value left;
  if (!evaluate(expression.parts[0], here, left)) return !memory_.exhausted();
  if (!left.is(Kind::kObject)) return true;
  Gathered gathered;
  for (const Object::Member& member : left.as_object()) {
    Value value;
    if (!evaluate(expression.parts[1], member.value, value)) return false;
    if (!value.is_null()) gathered.add(value);
  }
  out = gathered.in(memory_);
  return true;
}

bool Evaluation::filter(const Expression& expression, const Value& here, Value& out) {
  Value left;
  if (!evaluate(expression.parts[0], here, left)) return !memory_.exhausted();
  if (!left.is(Kind::kArray)) return true;
  Gathered gathered;
  for (const Value& element : left.as_array()) {
    Value value;
    if (!evaluate(expression.parts[2], element, value)) return false;
    if (is_false(value)) continue;
    if (!evaluate(expression.parts[1], element, value)) return false;
    if (!value.is_null()) gathered.add(value);
  }
  out = gathered.in(memory_);
  return true;
}

bool Evaluation::flatten(const Expression& expression, const Value& here, Value& out) {
  Value left;
  if (!evaluate(expression.parts[0], here, left)) return !memory_.exhausted();
  if (!left.is(Kind::kArray)) return true;
  Gathered gathered;
  for (const Value& element : left.as_array()) {
    if (!element.is(Kind::kArray)) {
      gathered.add(element);
      continue;
    }
    for (const Value& inner : element.as_array()) gathered.add(inner);
  }
  out = gathered.in(memory_);
  return true;
}

bool Evaluation::let(const Expression& expression, const Value& here, Value& out) {
  const Binding* const outer = bindings_;
  const bool good = bind(expression.parts[0], here) && evaluate(expression.parts[1], here, out);
  bindings_ = outer;
  return good;
}

bool Evaluation::bind(const Expression& bindings, const Value& here) {
  const Binding* bound = bindings_;
  for (const Expression& binding : bindings.parts) {
    // go-jmespath takes anything with two operands for a binding.
    if (binding.parts.size() < 2 || !has_name(binding.parts[0])) return false;
    Value value;
    if (!evaluate(binding.parts[1], here, value)) return false;
    bound = memory_.make(Binding{binding.parts[0].text, value, bound});
    if (!bound) return false;
  }
  bindings_ = bound;
  return true;
}

bool Evaluation::variable(const Expression& expression, Value& out) const {
  for (const Binding* at = bindings_; at; at = at->outer)
    if (at->name == expression.text) return out = at->value, true;
  return false;
}

}  // namespace invar::jmespath
