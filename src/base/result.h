#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "src/base/check.h"

namespace invar {

/// Why the world said no (a file, a peer, foreign bytes). `what` is a sentence for people: begins small, names the thing,
/// ends without a stop. `reason` is a single stable word that becomes a metric label; may be empty.
struct Error {
  std::string what;
  std::string reason;
};

/// A value or the reason there is none. For failures of the world; mistakes of a config's author go to Diagnostics,
/// mistakes of our own to INVAR_CHECK.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    INVAR_CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  T& value() {
    INVAR_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const {
    INVAR_CHECK(ok());
    return std::get<0>(state_);
  }
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  explicit operator bool() const { return !error_; }
  bool ok() const { return !error_; }
  const Error& error() const {
    INVAR_CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace invar
