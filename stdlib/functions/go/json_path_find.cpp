// Answers JSONPath as ojg does.
#include <algorithm>
#include <cmath>

#include "stdlib/functions/go/json_path.h"

namespace invar::json_path {
namespace {

constexpr size_t kMostCombinations = 10'000;

bool is_container(const Value& value) { return value.is(ValueType::kArray) || value.is(ValueType::kObject); }
bool is_integer(const Value& value) { return value.is(ValueType::kNumber) && value.number_kind() != NumberKind::kFloat; }
bool is_float(const Value& value) { return value.is(ValueType::kNumber) && value.number_kind() == NumberKind::kFloat; }

/// What stands in the place of an operand while a filter is evaluated.
struct Operand {
  enum class Kind : uint8_t { kOperator, kValue, kGot, kNothing, kRegex, kMany } kind;  // kGot: found in the document
  Value value = {};
  Operator op = {};
  const Regex* regex = nullptr;
  std::vector<Value> many = {};

  bool is_nothing() const { return kind == Kind::kNothing; }
  bool is_value() const { return kind == Kind::kValue || kind == Kind::kGot; }
  /// What is found is true, whatever it is.
  bool truth() const { return kind == Kind::kGot || (kind == Kind::kValue && value.is(ValueType::kBool) && value.as_bool()); }
};
using Kind = Operand::Kind;

Operand of(bool value) { return {.kind = Kind::kValue, .value = Value::boolean(value)}; }
Operand of(Value value) { return {.kind = Kind::kValue, .value = std::move(value)}; }
Operand nothing() { return {.kind = Kind::kNothing}; }

/// Go's ==, where ojg would panic at arrays and objects: those are never equal.
bool is_same(const Operand& a, const Operand& b) {
  if (a.is_nothing() || b.is_nothing()) return a.is_nothing() && b.is_nothing();
  if (!a.is_value() || !b.is_value()) return false;
  if (a.value.type() != b.value.type() || is_container(a.value)) return false;
  if (a.value.is(ValueType::kNumber) && is_float(a.value) != is_float(b.value)) return false;
  return a.value == b.value;
}

bool is_equal(const Operand& a, const Operand& b) {
  if (is_same(a, b)) return true;
  if (!a.is_value() || !b.is_value() || !a.value.is(ValueType::kNumber) || !b.value.is(ValueType::kNumber)) return false;
  return is_float(a.value) != is_float(b.value) && a.value.as_float() == b.value.as_float();
}

/// Not the opposite: a float differs from whole numbers only.
bool is_unequal(const Operand& a, const Operand& b) {
  if (is_same(a, b)) return false;
  if (a.is_value() && is_float(a.value)) return b.is_value() && is_integer(b.value) && a.value.as_float() != b.value.as_float();
  if (a.is_value() && is_integer(a.value) && b.is_value() && is_float(b.value)) return a.value.as_float() != b.value.as_float();
  return true;
}

template <class Compare>
bool compares(const Operand& a, const Operand& b, Compare compare) {
  if (!a.is_value() || !b.is_value()) return false;
  if (a.value.is(ValueType::kString) && b.value.is(ValueType::kString)) return compare(a.value.as_string(), b.value.as_string());
  if (!a.value.is(ValueType::kNumber) || !b.value.is(ValueType::kNumber)) return false;
  if (is_integer(a.value) && is_integer(b.value)) return compare(a.value.as_int(), b.value.as_int());
  return compare(a.value.as_float(), b.value.as_float());
}

int64_t calculate_whole(Operator op, int64_t a, int64_t b) {
  const auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);  // wraps around
  switch (op) {
    case Operator::kAdd: return static_cast<int64_t>(x + y);
    case Operator::kSubtract: return static_cast<int64_t>(x - y);
    case Operator::kMultiply: return static_cast<int64_t>(x * y);
    default: return b == -1 ? static_cast<int64_t>(0 - x) : a / b;
  }
}

Operand calculate(Operator op, const Operand& a, const Operand& b) {
  if (!a.is_value() || !b.is_value()) return nothing();
  if (op == Operator::kAdd && a.value.is(ValueType::kString) && b.value.is(ValueType::kString))
    return of(Value::string(a.value.as_string() + b.value.as_string()));
  if (!a.value.is(ValueType::kNumber) || !b.value.is(ValueType::kNumber)) return nothing();
  if (op == Operator::kDivide && b.value.as_float() == 0) return nothing();
  if (is_integer(a.value) && is_integer(b.value)) return of(Value::integer(calculate_whole(op, a.value.as_int(), b.value.as_int())));
  const double x = a.value.as_float(), y = b.value.as_float();
  switch (op) {
    case Operator::kAdd: return of(Value::floating(x + y));
    case Operator::kSubtract: return of(Value::floating(x - y));
    case Operator::kMultiply: return of(Value::floating(x * y));
    default: return of(Value::floating(x / y));
  }
}

bool is_in(const Operand& a, const Operand& list) {
  if (!list.is_value() || !list.value.is(ValueType::kArray)) return false;
  for (size_t i = 0; i < list.value.size(); ++i)
    if (is_same(a, of(list.value.at(i)))) return true;
  return false;
}

bool is_text(const Operand& a) { return a.is_value() && a.value.is(ValueType::kString); }

/// The whole text must match for `match`, a part for `search`. Nothing where an operand is no text, or the expression no good.
Operand match_text(const Operand& text, const Operand& pattern, bool whole) {
  if (!is_text(text) || !is_text(pattern) || pattern.value.as_string().empty()) return nothing();
  std::string expression = pattern.value.as_string();
  if (whole && expression.front() != '^') expression = '^' + expression;
  if (whole && expression.back() != '$') expression += '$';
  const auto regex = Regex::compile(expression);
  return regex ? of(regex->matches(text.value.as_string())) : nothing();
}

bool matches(const Operand& text, const Operand& pattern) {
  if (!is_text(text)) return false;
  if (pattern.kind == Kind::kRegex) return pattern.regex->matches(text.value.as_string());
  if (!is_text(pattern)) return false;
  const auto regex = Regex::compile(pattern.value.as_string());
  return regex && regex->matches(text.value.as_string());
}

Operand length_of(const Operand& a) {
  if (is_text(a)) return of(Value::integer(static_cast<int64_t>(a.value.as_string().size())));
  if (a.is_value() && is_container(a.value)) return of(Value::integer(static_cast<int64_t>(a.value.size())));
  return nothing();
}

Operand is_empty(const Operand& a, const Operand& wanted) {
  if (!wanted.is_value() || !wanted.value.is(ValueType::kBool)) return of(false);
  const Operand length = length_of(a);
  return of(!length.is_nothing() && wanted.value.as_bool() == (length.value.as_int() == 0));
}

Operand apply(Operator op, const Operand& a, const Operand& b) {
  switch (op) {
    case Operator::kGroup: return a.is_value() ? of(a.value) : a;
    case Operator::kEqual: return of(is_equal(a, b));
    case Operator::kUnequal: return of(is_unequal(a, b));
    case Operator::kLess: return of(compares(a, b, [](const auto& x, const auto& y) { return x < y; }));
    case Operator::kGreater: return of(compares(a, b, [](const auto& x, const auto& y) { return x > y; }));
    case Operator::kLessEqual: return of(compares(a, b, [](const auto& x, const auto& y) { return x <= y; }));
    case Operator::kGreaterEqual: return of(compares(a, b, [](const auto& x, const auto& y) { return x >= y; }));
    case Operator::kOr: return of(a.truth() || b.truth());
    case Operator::kAnd: return of(a.truth() && b.truth());
    case Operator::kNot: return of(!a.truth());
    case Operator::kIn: return of(is_in(a, b));
    case Operator::kEmpty: return is_empty(a, b);
    case Operator::kHas: return of(b.is_value() && b.value.is(ValueType::kBool) && b.value.as_bool() == !a.is_nothing());
    case Operator::kMatches: return of(matches(a, b));
    case Operator::kLength: return length_of(a);
    case Operator::kCount: return a.is_value() && a.value.is(ValueType::kArray) ? length_of(a) : nothing();
    case Operator::kMatch: return match_text(a, b, true);
    case Operator::kSearch: return match_text(a, b, false);
    default: return calculate(op, a, b);
  }
}

/// Does a filter with all operands in place hold?
bool holds(std::vector<Operand> terms) {
  for (size_t i = terms.size(); i-- > 0;) {
    if (terms[i].kind != Kind::kOperator) continue;
    const Operand none = of(Value());
    const Operator op = terms[i].op;
    terms[i] = apply(op, i + 1 < terms.size() ? terms[i + 1] : none, i + 2 < terms.size() ? terms[i + 2] : none);
    // As ojg: what lies behind the operands moves up, the end stays as it was.
    const auto count = static_cast<size_t>(operand_count(op));
    if (i + count + 1 <= terms.size()) std::copy(terms.begin() + i + count + 1, terms.end(), terms.begin() + i + 1);
  }
  return !terms.empty() && terms[0].truth();
}

class Finder {
 public:
  Finder(const Path& path, const Value& root) : path_(path), root_(root) {}
  std::vector<Value> run() {
    Siblings alone;
    if (!path_.empty()) step(0, root_, alone);
    return std::move(found_);
  }

 private:
  /// Values that one step led to. ojg's descent unfolds the first of them only.
  struct Siblings {
    bool unfolded = false;
  };

  /// What a step led to.
  void reach(size_t at, const Value& value, Siblings& siblings) {
    if (at + 1 == path_.size()) found_.push_back(value);
    else if (is_container(value)) step(at + 1, value, siblings);
  }
  /// The same for steps that go on with anything.
  void pass(size_t at, const Value& value, Siblings& siblings) {
    if (at + 1 == path_.size()) found_.push_back(value);
    else step(at + 1, value, siblings);
  }

  /// `siblings`: those of `here`.
  void step(size_t at, const Value& here, Siblings& siblings) {
    if (std::holds_alternative<Descent>(path_[at].what)) return descend(at, here, true, siblings);
    Siblings next;
    std::visit([&](const auto& what) { follow(at, what, here, next); }, path_[at].what);
  }

  void follow(size_t, const Descent&, const Value&, Siblings&) {}
  void follow(size_t at, const Root&, const Value&, Siblings& next) { pass(at, root_, next); }
  void follow(size_t at, const Current&, const Value& here, Siblings& next) { pass(at, here, next); }
  void follow(size_t at, const Child& child, const Value& here, Siblings& next) {
    if (!here.is(ValueType::kObject)) return;
    if (const Value* value = here.find(child.name)) reach(at, *value, next);
  }
  void follow(size_t at, const Nth& nth, const Value& here, Siblings& next) {
    if (!here.is(ValueType::kArray)) return;
    const auto size = static_cast<int64_t>(here.size());
    const int64_t index = nth.index < 0 ? size + nth.index : nth.index;
    if (index >= 0 && index < size) reach(at, here.at(static_cast<size_t>(index)), next);
  }
  template <class See>
  static void each(const Value& here, See see) {
    if (here.is(ValueType::kObject))
      for (const auto& [key, value] : here.members()) see(value);
    if (here.is(ValueType::kArray))
      for (const Value& value : here.elements()) see(value);
  }
  void follow(size_t at, const Wildcard&, const Value& here, Siblings& next) {
    each(here, [&](const Value& value) { reach(at, value, next); });
  }
  /// What is below comes before what is here; at the end of a path, all values of a level come at once.
  void descend(size_t at, const Value& here, bool top, Siblings& siblings) {
    const bool last = at + 1 == path_.size();
    if (!siblings.unfolded) {
      siblings.unfolded = true;
      if (last) each(here, [&](const Value& value) { found_.push_back(value); });
      each(here, [&](const Value& value) {
        Siblings alone;
        if (is_container(value)) descend(at, value, false, alone);
      });
    }
    Siblings next;
    if (!last) step(at + 1, here, next);
    else if (top) found_.push_back(here);
  }
  void follow(size_t at, const Union& all, const Value& here, Siblings& next) {
    for (const auto& part : all.parts) {
      if (const auto* name = std::get_if<std::string>(&part)) follow(at, Child{*name}, here, next);
      else follow(at, Nth{std::get<int64_t>(part)}, here, next);
    }
  }
  void follow(size_t at, const Slice& slice, const Value& here, Siblings& next) {
    if (!here.is(ValueType::kArray)) return;
    const auto size = static_cast<int64_t>(here.size());
    int64_t start = slice.parts[0], end = slice.parts.size() > 1 ? slice.parts[1] : 2147483647;
    const int64_t stride = slice.parts.size() > 2 ? slice.parts[2] : 1;
    if (stride == 0) return;
    if (start < 0) start = std::max<int64_t>(0, size + start);
    if (end < 0) end += size;
    if (start >= size) return;
    end = std::min(end, size);
    if (stride < 0) end = std::max<int64_t>(end, -1);
    const int64_t distance = stride > 0 ? end - start : start - end;
    // As ojg counts when more follows: at least the first one, with large strides.
    const bool empty = distance <= 0 && at + 1 == path_.size();
    const int64_t count = empty ? 0 : (stride > 0 ? distance - 1 : 1 - distance) / stride + 1;
    for (int64_t i = 0, index = start; i < count && index >= 0 && index < size; ++i, index += stride)
      reach(at, here.at(static_cast<size_t>(index)), next);
  }
  void follow(size_t at, const std::shared_ptr<const Filter>& filter, const Value& here, Siblings& next) {
    each(here, [&](const Value& value) {
      if (is_wanted(*filter, value)) pass(at, value, next);
    });
  }

  bool is_wanted(const Filter& filter, const Value& value) const {
    std::vector<Operand> terms;
    size_t combinations = 1;
    for (const Term& term : filter) {
      terms.push_back(operand_of(term, terms, value));
      if (terms.back().kind == Kind::kMany) combinations = std::min(kMostCombinations, combinations * terms.back().many.size());
    }
    for (size_t i = 0; i < combinations; ++i) {
      std::vector<Operand> chosen = terms;
      size_t rest = i;
      for (Operand& operand : chosen) {
        if (operand.kind != Kind::kMany) continue;
        const size_t count = operand.many.size();
        operand = {.kind = Kind::kGot, .value = operand.many[rest % count]};
        rest /= count;
      }
      if (holds(std::move(chosen))) return true;
    }
    return false;
  }

  Operand operand_of(const Term& term, const std::vector<Operand>& before, const Value& value) const {
    const auto* const path = std::get_if<Path>(&term);
    if (!before.empty() && before.back().kind == Kind::kOperator && before.back().op == Operator::kCount)
      return path ? of(Value::array(values_at(*path, value))) : of(Value());
    if (path) {
      auto found = values_at(*path, value);
      if (found.empty()) return nothing();
      if (found.size() == 1) return {.kind = Kind::kGot, .value = std::move(found[0])};
      return {.kind = Kind::kMany, .many = std::move(found)};
    }
    if (const auto* op = std::get_if<Operator>(&term)) return {.kind = Kind::kOperator, .op = *op};
    if (const auto* regex = std::get_if<std::shared_ptr<const Regex>>(&term)) return {.kind = Kind::kRegex, .regex = regex->get()};
    if (const auto* constant = std::get_if<Value>(&term)) return of(*constant);
    return nothing();
  }
  std::vector<Value> values_at(const Path& path, const Value& value) const {
    const bool from_root = std::holds_alternative<Root>(path.front().what);
    return Finder(path, from_root ? root_ : value).run();
  }

  const Path& path_;
  const Value& root_;
  std::vector<Value> found_;
};

}  // namespace

std::vector<Value> find(const Path& path, const Value& root) { return Finder(path, root).run(); }

}  // namespace invar::json_path
