#include <algorithm>
#include <cmath>

#include "src/text/gotemplate/builder.h"
#include "src/text/gotemplate/convert.h"
#include "src/text/gotemplate/decimal.h"
#include "src/text/gotemplate/format.h"
#include "src/text/gotemplate/random.h"
#include "src/text/number.h"

namespace invar::gotemplate {

int64_t truncate_float(double number) {
  return number >= -9223372036854775808.0 && number < 9223372036854775808.0 ? static_cast<int64_t>(number) : INT64_MIN;
}

namespace {

using Values = std::span<Value>;

/// Text that is digits with a point somewhere counts without what stands behind the point.
std::string trim_decimal(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return std::string(text);
  const auto is_digits = [](std::string_view part) { return part.find_first_not_of("0123456789") == std::string_view::npos; };
  std::string whole(text.substr(0, point));
  const bool has_sign = whole.starts_with('-') || whole.starts_with('+');
  if (!is_digits(std::string_view(whole).substr(has_sign)) || !is_digits(text.substr(point + 1))) return std::string(text);
  return whole.size() == has_sign ? whole + "0" : whole;
}

int64_t wrap_add(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b)); }
int64_t wrap_subtract(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b)); }
int64_t wrap_multiply(int64_t a, int64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b)); }
Value int64_value(int64_t number) { return Value::of(Type::kInt64, number); }

}  // namespace

int64_t to_int64(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint: return value.integer;
    case Kind::kFloat: return truncate_float(value.number);
    case Kind::kString: {
      const auto number = parse_int(trim_decimal(value.text()), 0);
      return number ? *number : 0;
    }
    default: return 0;
  }
}

double to_float64(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt: return static_cast<double>(value.integer);
    case Kind::kUint: return static_cast<double>(value.natural);
    case Kind::kFloat: return value.number;
    case Kind::kString: return to_float(value.text()).value_or(0);
    default: return 0;
  }
}

int64_t parse_nearest(std::string_view text) {
  const auto number = parse_int(text);
  if (number) return *number;
  if (number.error().what.find("out of range") == std::string::npos) return 0;
  return text.starts_with('-') ? INT64_MIN : INT64_MAX;
}

namespace {

Value atoi(Run&, Values a) { return Value::of(parse_nearest(a[0].text())); }
Value as_int64(Run&, Values a) { return int64_value(to_int64(a[0])); }
Value as_int(Run&, Values a) { return Value::of(to_int64(a[0])); }
Value as_float64(Run&, Values a) { return Value::of(to_float64(a[0])); }

Value to_decimal(Run& run, Values a) {
  std::string text;
  append_print(run, text, a);
  const auto number = parse_int(text, 8);
  return int64_value(number ? *number : 0);
}

Value until_step(Run& run, int64_t start, int64_t stop, int64_t step) {
  Value list = make_list(run.memory(), 0, Type::kListInt);
  const bool down = stop < start;
  if (down ? step >= 0 : step <= 0) return list;
  for (int64_t i = start; down ? i > stop : i < stop; i = wrap_add(i, step)) push(run.memory(), list, Value::of(i));
  return list;
}
Value until(Run& run, Values a) { return until_step(run, 0, a[0].integer, a[0].integer < 0 ? -1 : 1); }
Value call_until_step(Run& run, Values a) { return until_step(run, a[0].integer, a[1].integer, a[2].integer); }

Value seq(Run& run, Values a) {
  int64_t start = 1, end = 0, step = 1;
  switch (a.size()) {
    case 1:
      end = a[0].integer;
      step = end < start ? -1 : 1;
      end = wrap_add(end, step);
      break;
    case 2:
      start = a[0].integer;
      end = a[1].integer;
      step = end < start ? -1 : 1;
      end = wrap_add(end, step);
      break;
    case 3:
      start = a[0].integer;
      step = a[1].integer;
      end = a[2].integer;
      if (end < start && step > 0) return Value::of(std::string_view());
      end = wrap_add(end, end < start ? -1 : 1);
      break;
    default: return Value::of(std::string_view());
  }
  const Value numbers = until_step(run, start, end, step);
  Builder out(run);
  for (const Value& number : items_of(numbers)) {
    if (!out.raw().empty()) out.add(" ");
    out.add(std::to_string(number.integer));
  }
  return out.done();
}

Value add1(Run&, Values a) { return int64_value(wrap_add(to_int64(a[0]), 1)); }
Value add(Run&, Values a) {
  int64_t sum = 0;
  for (const Value& value : a) sum = wrap_add(sum, to_int64(value));
  return int64_value(sum);
}
Value sub(Run&, Values a) { return int64_value(wrap_subtract(to_int64(a[0]), to_int64(a[1]))); }
Value mul(Run&, Values a) {
  int64_t product = to_int64(a[0]);
  for (const Value& value : a.subspan(1)) product = wrap_multiply(product, to_int64(value));
  return int64_value(product);
}
Value div(Run&, Values a) {
  const int64_t by = to_int64(a[1]), number = to_int64(a[0]);
  if (by == 0) throw Failure{"runtime error: integer divide by zero"};
  return int64_value(by == -1 ? wrap_subtract(0, number) : number / by);
}
Value mod(Run&, Values a) {
  const int64_t by = to_int64(a[1]), number = to_int64(a[0]);
  if (by == 0) throw Failure{"runtime error: integer divide by zero"};
  return int64_value(by == -1 ? 0 : number % by);
}

Value rand_int(Run&, Values a) {
  const int64_t count = wrap_subtract(a[1].integer, a[0].integer);
  if (count <= 0) throw Failure{"invalid argument to Intn"};
  return Value::of(wrap_add(a[0].integer, static_cast<int64_t>(random_below(static_cast<uint64_t>(count)))));
}

// Sums of floats are made in decimal.

Decimal decimal_of(Run& run, const Value& value) {
  const double number = to_float64(value);
  if (!std::isfinite(number)) throw Failure{"Cannot create a Decimal from " + format_number(number, 'g', -1)};
  Decimal decimal(number);
  run.step(decimal.size());
  return decimal;
}

template <class Operation>
Value fold(Run& run, Decimal total, Values rest, Operation&& operation) {
  for (const Value& value : rest) {
    total = operation(total, decimal_of(run, value));
    run.step(1 + total.size() * 20);
  }
  return Value::of(total.to_double());
}

Value add1f(Run& run, Values a) { return Value::of(decimal_of(run, a[0]).plus(Decimal(1.0)).to_double()); }
Value addf(Run& run, Values a) {
  return fold(run, Decimal(), a, [](const Decimal& x, const Decimal& y) { return x.plus(y); });
}
Value subf(Run& run, Values a) {
  return fold(run, decimal_of(run, a[0]), a.subspan(1), [](const Decimal& x, const Decimal& y) { return x.minus(y); });
}
Value mulf(Run& run, Values a) {
  return fold(run, decimal_of(run, a[0]), a.subspan(1), [](const Decimal& x, const Decimal& y) { return x.times(y); });
}
Value divf(Run& run, Values a) {
  return fold(run, decimal_of(run, a[0]), a.subspan(1), [](const Decimal& x, const Decimal& y) {
    if (y.is_zero()) throw Failure{"decimal division by 0"};
    return x.divided_by(y);
  });
}

Value max(Run&, Values a) {
  int64_t best = to_int64(a[0]);
  for (const Value& value : a) best = std::max(best, to_int64(value));
  return int64_value(best);
}
Value min(Run&, Values a) {
  int64_t best = to_int64(a[0]);
  for (const Value& value : a) best = std::min(best, to_int64(value));
  return int64_value(best);
}
// math.Max and math.Min: infinities win over NaN, NaN over the rest.
Value maxf(Run&, Values a) {
  double best = to_float64(a[0]);
  for (const Value& value : a.subspan(1)) {
    const double number = to_float64(value);
    if (best == HUGE_VAL || number == HUGE_VAL)
      best = HUGE_VAL;
    else if (std::isnan(best) || std::isnan(number))
      best = std::nan("");
    else if (number > best || (number == 0 && best == 0 && std::signbit(best)))
      best = number;
  }
  return Value::of(best);
}
Value minf(Run&, Values a) {
  double best = to_float64(a[0]);
  for (const Value& value : a.subspan(1)) {
    const double number = to_float64(value);
    if (best == -HUGE_VAL || number == -HUGE_VAL)
      best = -HUGE_VAL;
    else if (std::isnan(best) || std::isnan(number))
      best = std::nan("");
    else if (number < best || (number == 0 && best == 0 && std::signbit(number)))
      best = number;
  }
  return Value::of(best);
}

Value ceil(Run&, Values a) { return Value::of(std::ceil(to_float64(a[0]))); }
Value floor(Run&, Values a) { return Value::of(std::floor(to_float64(a[0]))); }

/// math.Pow(10, places), by Go's sequence of products: the last bit can differ from libm's.
double power_of_ten(int64_t places) {
  if (places == 0) return 1;
  if (places == 1) return 10;
  double result = 1;
  int result_exponent = 0, exponent = 0;
  double factor = std::frexp(10.0, &exponent);
  for (uint64_t i = places < 0 ? 0 - static_cast<uint64_t>(places) : static_cast<uint64_t>(places); i != 0; i >>= 1) {
    if (exponent < -(1 << 12) || exponent > 1 << 12) {
      result_exponent += exponent;
      break;
    }
    if (i & 1) {
      result *= factor;
      result_exponent += exponent;
    }
    factor *= factor;
    exponent <<= 1;
    if (factor < .5) {
      factor += factor;
      --exponent;
    }
  }
  if (places < 0) {
    result = 1 / result;
    result_exponent = -result_exponent;
  }
  return std::ldexp(result, result_exponent);
}

Value round(Run&, Values a) {
  const double on = a.size() > 2 ? a[2].number : .5;
  const double power = power_of_ten(a[1].integer);
  const double digit = power * to_float64(a[0]);
  double whole;
  const double fraction = std::modf(digit, &whole);
  return Value::of((fraction >= on ? std::ceil(digit) : std::floor(digit)) / power);
}

constexpr Function kFunctions[] = {
    {"add", "a*", add},
    {"add1", "a", add1},
    {"add1f", "a", add1f},
    {"addf", "a*", addf},
    {"atoi", "s", atoi},
    {"biggest", "aa*", max},
    {"ceil", "a", ceil},
    {"div", "aa", div},
    {"divf", "aa*", divf},
    {"float64", "a", as_float64},
    {"floor", "a", floor},
    {"int", "a", as_int},
    {"int64", "a", as_int64},
    {"max", "aa*", max},
    {"maxf", "aa*", maxf},
    {"min", "aa*", min},
    {"minf", "aa*", minf},
    {"mod", "aa", mod},
    {"mul", "aa*", mul},
    {"mulf", "aa*", mulf},
    {"randInt", "ii", rand_int},
    {"round", "aif*", round},
    {"seq", "i*", seq},
    {"sub", "aa", sub},
    {"subf", "aa*", subf},
    {"toDecimal", "a", to_decimal},
    {"until", "i", until},
    {"untilStep", "iii", call_until_step},
};

}  // namespace

std::span<const Function> number_functions() { return kFunctions; }

}  // namespace invar::gotemplate
