#pragma once

#include <span>

#include "src/text/jmespath_syntax.h"
#include "src/text/jmespath_value.h"

namespace invar::jmespath {

/// One search of an expression in a document. Where go-jmespath answers an error, evaluate() is false; where it would panic or never
/// end, too.
class Evaluation {
 public:
  Evaluation(Memory& memory, Value root) : memory_(memory), root_(root) {}

  bool evaluate(const Expression& expression, const Value& here, Value& out);
  Memory& memory() { return memory_; }

 private:
  struct Binding {
    std::string_view name;
    Value value;
    const Binding* outer = nullptr;
  };

  bool step(const Expression& expression, const Value& here, Value& out);
  bool literal(const Expression& expression, Value& out);
  bool field(const Expression& expression, const Value& here, Value& out);
  bool index(const Expression& expression, const Value& here, Value& out);
  bool slice(const Expression& expression, const Value& here, Value& out);
  bool call(const Expression& expression, const Value& here, Value& out);
  bool compare(const Expression& expression, const Value& here, Value& out);
  bool calculate(const Expression& expression, const Value& here, Value& out);
  bool negate(const Expression& expression, const Value& here, Value& out);
  bool list(const Expression& expression, const Value& here, Value& out);
  bool hash(const Expression& expression, const Value& here, Value& out);
  bool project(const Expression& expression, const Value& here, Value& out);
  bool project_values(const Expression& expression, const Value& here, Value& out);
  bool filter(const Expression& expression, const Value& here, Value& out);
  bool flatten(const Expression& expression, const Value& here, Value& out);
  bool let(const Expression& expression, const Value& here, Value& out);
  bool bind(const Expression& bindings, const Value& here);
  bool variable(const Expression& expression, Value& out) const;

  Memory& memory_;
  Value root_;
  const Binding* bindings_ = nullptr;
  int depth_ = 0;
  int64_t steps_ = 0;
};

/// A function of JMESPath: what it takes, and what it does with it. Arguments are checked before `call`.
struct Function {
  struct Parameter {
    unsigned types = 0;
    bool optional = false;
    bool variadic = false;
  };
  std::string_view name;
  Parameter parameters[4];
  uint8_t count = 0;
  bool (*call)(Evaluation& evaluation, std::span<const Value> args, Value& out);

  bool accepts(std::span<const Value> args) const;
};
const Function* find_function(std::string_view name);

}  // namespace invar::jmespath
