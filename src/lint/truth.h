#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace invar::lint {

/// What the text tells of a statement about it: yes, no, or that only running will tell. Unknowns stay unknown through `&&`, `||` and `!`, unless the other side
/// decides alone (Kleene). Both sides are always computed.
class Truth {
 public:
  constexpr Truth(bool known) : state_(known ? State::kYes : State::kNo) {}
  static constexpr Truth unknown() { return Truth(State::kUnknown); }

  /// Proven: what an error needs.
  constexpr bool yes() const { return state_ == State::kYes; }
  constexpr bool no() const { return state_ == State::kNo; }
  constexpr bool is_unknown() const { return state_ == State::kUnknown; }

  friend constexpr Truth operator!(Truth a) { return a.is_unknown() ? a : Truth(a.no()); }
  friend constexpr Truth operator&&(Truth a, Truth b) { return a.no() || b.no() ? Truth(false) : a.yes() && b.yes() ? Truth(true) : unknown(); }
  friend constexpr Truth operator||(Truth a, Truth b) { return !(!a && !b); }

 private:
  enum class State : uint8_t { kNo, kYes, kUnknown };
  explicit constexpr Truth(State state) : state_(state) {}
  State state_;
};

/// A number, a duration in nanoseconds or a size in bytes, when the text tells it.
struct Quantity {
  std::optional<double> value;

  friend constexpr Truth operator<(Quantity a, Quantity b) { return a.value && b.value ? Truth(*a.value < *b.value) : Truth::unknown(); }
  friend constexpr Truth operator>(Quantity a, Quantity b) { return b < a; }
  friend constexpr Truth operator<=(Quantity a, Quantity b) { return !(b < a); }
  friend constexpr Truth operator>=(Quantity a, Quantity b) { return !(a < b); }
  friend constexpr Truth operator==(Quantity a, Quantity b) { return a.value && b.value ? Truth(*a.value == *b.value) : Truth::unknown(); }
  friend constexpr Truth operator<(Quantity a, double b) { return a < Quantity{b}; }
  friend constexpr Truth operator>(Quantity a, double b) { return Quantity{b} < a; }
  friend constexpr Truth operator<=(Quantity a, double b) { return !(a > b); }
  friend constexpr Truth operator>=(Quantity a, double b) { return !(a < b); }
  friend constexpr Truth operator==(Quantity a, double b) { return a == Quantity{b}; }
};

/// A text, when the text of the config tells it.
struct Text {
  std::optional<std::string> value;

  Truth is(std::string_view other) const { return value ? Truth(*value == other) : Truth::unknown(); }
  Truth is_one_of(std::initializer_list<std::string_view> words) const {
    Truth found = false;
    for (const std::string_view word : words) found = found || is(word);
    return found;
  }
  /// Whether `test(text)` holds.
  template <class Test>
  Truth holds(Test test) const { return value ? Truth(test(*value)) : Truth::unknown(); }
};

}  // namespace invar::lint
