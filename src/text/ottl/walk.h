#pragma once

#include "src/text/ottl/syntax.h"

namespace invar::ottl {

/// Is shown the parts of a tree in the order in which Alloy goes through them.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual void path(const Path&) {}
  virtual void call(const Call&) {}
  virtual void value(const Value&) {}
  virtual void enter(const Lambda&) {}
  virtual void leave(const Lambda&) {}
};

void walk(const Statement& statement, Visitor& visitor);
void walk(const Condition& condition, Visitor& visitor);
void walk(const Value& value, Visitor& visitor);

}  // namespace invar::ottl
