#include "src/text/ottl/walk.h"

namespace invar::ottl {
namespace {

class Walk {
 public:
  explicit Walk(Visitor& visitor) : visitor_(visitor) {}

  void operator()(const Condition& condition) const { std::visit(*this, condition.node); }
  void operator()(const Value& value) const {
    visitor_.value(value);
    std::visit(*this, value.node);
  }
  void operator()(const ValuePtr& value) const { (*this)(*value); }
  void operator()(const ConditionPtr& condition) const { (*this)(*condition); }

  void operator()(const Call& call) const {
    visitor_.call(call);
    for (const Argument& argument : call.arguments)
      if (argument.value) (*this)(*argument.value);
    // Editors have none: that is an error of its own.
    if (!call.is_editor) keys(call.keys);
  }
  void operator()(const Path& path) const {
    visitor_.path(path);
    for (const Field& field : path.fields) keys(field.keys);
  }
  void operator()(const Lambda& lambda) const {
    visitor_.enter(lambda);
    std::visit(*this, lambda.body);
    visitor_.leave(lambda);
  }
  void operator()(const Math& math) const { std::visit(*this, math.result->node); }
  void operator()(const Operation& operation) const {
    std::visit(*this, operation.left->node);
    if (operation.right) std::visit(*this, operation.right->node);
  }
  void operator()(const List& list) const {
    for (const Value& element : list.elements) (*this)(element);
  }
  void operator()(const Map& map) const {
    for (const MapItem& item : map.items) (*this)(*item.value);
  }
  void operator()(const Comparison& comparison) const {
    (*this)(comparison.left);
    (*this)(comparison.right);
  }
  void operator()(const AnyOf& any) const {
    for (const Condition& condition : any.conditions) (*this)(condition);
  }
  void operator()(const AllOf& all) const {
    for (const Condition& condition : all.conditions) (*this)(condition);
  }
  template <class Leaf>
  void operator()(const Leaf&) const {}

 private:
  void keys(const std::vector<Key>& keys) const {
    for (const Key& key : keys)
      if (const auto* value = std::get_if<ValuePtr>(&key.index)) std::visit(*this, (*value)->node);
  }

  Visitor& visitor_;
};

}  // namespace

void walk(const Condition& condition, Visitor& visitor) { Walk{visitor}(condition); }
void walk(const Value& value, Visitor& visitor) { Walk{visitor}(value); }
void walk(const Statement& statement, Visitor& visitor) {
  Walk{visitor}(statement.editor);
  if (statement.where) walk(*statement.where, visitor);
}

}  // namespace invar::ottl
