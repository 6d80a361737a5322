#pragma once

#include <span>

#include "src/language/value_error.h"

namespace invar {

/// A built-in function as a value. Pure but for sys.env; called from any thread.
class Function {
 public:
  virtual ~Function() = default;
  /// `self` is the value it was called through (messages blame its expression). False with `error` set when it fails.
  virtual bool call(const Value& self, std::span<const Value> args, Value& result, ValueError& error) const = 0;
};

}  // namespace invar
