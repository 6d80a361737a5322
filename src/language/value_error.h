#pragma once

#include <string>
#include <vector>

#include "src/language/value.h"

namespace invar {

/// Why a value would not do, with the way to it: Alloy's chain of value errors (syntax/internal/value/errors.go). Steps are kept
/// innermost first; each names a value, a piece of path to print, and the message it would give.
class ValueError {
 public:
  struct Step {
    Value value;
    std::string path;     // "[3]" or ".name"
    std::string message;  // for diagnostics; empty: keeps the one of an outer step
  };

  ValueError() = default;
  /// Something was wrong about `value`.
  static ValueError about(Value value, std::string message);
  /// `should be <expected>, got <type>`
  static ValueError type(Value value, std::string_view expected);
  /// An error without a value: it has no position (a failed Validate()).
  static ValueError plain(std::string message);
  static ValueError missing_key(Value value, const std::string& key);

  ValueError in_element(Value array, size_t index) &&;
  ValueError in_field(Value object, const std::string& field) &&;
  ValueError in_argument(Value argument) &&;

  /// Without what in_element() or in_field() added last.
  ValueError without_outer_step() &&;

  bool is_plain() const { return steps_.empty(); }
  /// Alloy's err.Error(): what the static checker prints.
  const std::string& text() const { return text_; }
  const std::vector<Step>& steps() const { return steps_; }

 private:
  std::vector<Step> steps_;
  std::string text_;
};

}  // namespace invar
