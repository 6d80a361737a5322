#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "src/base/result.h"
#include "src/language/function.h"
#include "src/language/spoken.h"

namespace invar {

/// The last parameter of a function that takes any number of them.
template <class T>
struct Rest {
  std::vector<T> values;
};

namespace go_internal {

template <class T>
constexpr bool kIsRest = false;
template <class T>
constexpr bool kIsRest<Rest<T>> = true;

template <class T>
bool read_argument(const Value& value, T& into, ValueError& error) {
  if (read_value(value, into, error)) return true;
  error = std::move(error).in_argument(value);
  return false;
}
template <class T>
bool read_rest(std::span<const Value> args, Rest<T>& rest, ValueError& error) {
  rest.values.resize(args.size());
  for (size_t i = 0; i < args.size(); ++i)
    if (!read_argument(args[i], rest.values[i], error)) return false;
  return true;
}

template <class T>
bool give(T result, const Value&, Value& value, ValueError&) {
  return value = show_value(result), true;
}
template <class T>
bool give(Result<T> result, const Value& self, Value& value, ValueError& error) {
  if (!result) return error = ValueError::about(self, result.error().what), false;
  return value = show_value(*result), true;
}

bool check_count(const Value& self, size_t given, size_t wanted, bool at_least, ValueError& error);

template <auto F, class R, class... Args>
class Adapted final : public Function {
 public:
  bool call(const Value& self, std::span<const Value> args, Value& result, ValueError& error) const override {
    constexpr size_t kCount = sizeof...(Args);
    constexpr bool kVariadic = (kIsRest<Args> || ...);
    if (!check_count(self, args.size(), kCount - kVariadic, kVariadic, error)) return false;
    std::tuple<Args...> read;
    if (!read_all(args, read, error, std::index_sequence_for<Args...>())) return false;
    return give(std::apply(F, std::move(read)), self, result, error);
  }

 private:
  template <size_t... I>
  static bool read_all(std::span<const Value> args, std::tuple<Args...>& into, ValueError& error, std::index_sequence<I...>) {
    return (read_one<I>(args, std::get<I>(into), error) && ...);
  }
  template <size_t I, class T>
  static bool read_one(std::span<const Value> args, T& into, ValueError& error) {
    if constexpr (kIsRest<T>) return read_rest(args.subspan(I), into, error);
    else return read_argument(args[I], into, error);
  }
};

template <auto F, class R, class... Args>
Value adapt(R (*)(Args...)) {
  return Value::function(std::make_shared<Adapted<F, R, Args...>>());
}

using RawFunction = bool (*)(const Value& self, std::span<const Value> args, Value& result, ValueError& error);
template <RawFunction F>
class Raw final : public Function {
 public:
  bool call(const Value& self, std::span<const Value> args, Value& result, ValueError& error) const override {
    return F(self, args, result, error);
  }
};

}  // namespace go_internal

/// A C++ function as a value: arguments are converted as attributes of these types would be, a Result's error blames the call.
/// Parameters are values, not references; the last may be a Rest<T>.
template <auto F>
Value function_value() {
  return go_internal::adapt<F>(F);
}

/// A function that looks at its arguments itself.
template <go_internal::RawFunction F>
Value raw_function_value() {
  return Value::function(std::make_shared<go_internal::Raw<F>>());
}

/// An argument of the wrong type, as raw functions report it.
ValueError wrong_argument(const Value& argument, ValueType expected);

}  // namespace invar
