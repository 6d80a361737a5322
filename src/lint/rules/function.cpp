#include "src/base/codes.h"
#include "src/lint/rule.h"

namespace invar::rules_function {
using namespace lint;
namespace {

/// Functions that are handed to others as they are: nothing of the library calls what it is given.
class UncalledFunctions {
 public:
  UncalledFunctions(RuleContext& context, const ModuleModel& module) : context_(context), module_(module) {}

  void look(const ast::Expr& expression, bool inside_call = false) {
    std::visit([&](const auto& node) { visit(expression, node, inside_call); }, expression.node);
  }

 private:
  void visit(const ast::Expr&, const ast::Literal&, bool) {}
  void visit(const ast::Expr& expression, const ast::Identifier&, bool inside_call) { note(expression, inside_call); }
  void visit(const ast::Expr& expression, const ast::Access& access, bool inside_call) {
    note(expression, inside_call);
    if (!access.value->as<ast::Identifier>() && !access.value->as<ast::Access>()) look(*access.value);
  }
  void visit(const ast::Expr&, const ast::Paren& paren, bool inside_call) { look(*paren.inner, inside_call); }
  void visit(const ast::Expr&, const ast::Index& index, bool) {
    look(*index.value);
    look(*index.index);
  }
  void visit(const ast::Expr&, const ast::Unary& unary, bool) { look(*unary.value); }
  void visit(const ast::Expr&, const ast::Binary& binary, bool) {
    look(*binary.left);
    look(*binary.right);
  }
  void visit(const ast::Expr&, const ast::ArrayLiteral& array, bool inside_call) {
    for (const auto& element : array.elements) look(*element, inside_call);
  }
  void visit(const ast::Expr&, const ast::ObjectLiteral& object, bool inside_call) {
    for (const auto& field : object.fields) look(*field.value, inside_call);
  }
  void visit(const ast::Expr&, const ast::Call& call, bool) {
    for (const auto& argument : call.args) look(*argument, true);
  }

  void note(const ast::Expr& expression, bool inside_call) {
    if (!inside_call) return;
    const std::string name(expression.span.text());
    const CatalogFunction* function = catalog_function(name);
    if (function && !function->constant && context_.value(module_, expression).type() == ValueType::kFunction)
      context_.report({codes::kFunction, FindingSeverity::kWarning, expression.span, name + " is not called: the function itself is what is handed on", "write " + name + "(...)", {}});
  }

  RuleContext& context_;
  const ModuleModel& module_;
};

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel& module, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const AttributeFacts& attribute : block.attributes()) UncalledFunctions(context, module).look(*attribute.written->value);
    });
  });
}

}  // namespace


extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kFunction,
    "function",
    FindingSeverity::kError,
    "There is no such function, or not for these arguments.",
    R"~(loki.write "w" {
  endpoint {
    url = string.format("%s/loki/api/v1/push", 1, 2, 3) + 1
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = string.format("%s/loki/api/v1/push", "http://loki")
  }
}
)~",
    "Never: the expression fails when it is evaluated.",
    check,
    "All arguments that matter are in the text: the function was called with them.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_function
