#include "src/base/codes.h"
#include "src/lint/rule.h"
#include "src/lint/static_type.h"

namespace invar::rules_type {
using namespace lint;
namespace {

bool takes_plain_text(const TypeInfo& type) {
  switch (type.kind) {
    case TypeKind::kString:
    case TypeKind::kText:
    case TypeKind::kDuration:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat:
    case TypeKind::kBool: return true;
    default: return false;
  }
}

void check_value(RuleContext& context, const NodeModel& node, const ast::Expr& value, const TypeInfo& type) {
  if (takes_plain_text(type) && is_secret(node, value))
    return context.report({codes::kType, FindingSeverity::kError, value.span, "secrets may not be converted into strings", "write convert.nonsensitive(" + std::string(value.span.text()) + ") when it is no secret", {}});
  if (const auto* list = value.as<ast::ArrayLiteral>(); list && type.element)
    for (const auto& element : list->elements) check_value(context, node, *element, *type.element);
  if (const auto* object = value.as<ast::ObjectLiteral>(); object && type.kind == TypeKind::kMap && type.element)
    for (const auto& field : object->fields) check_value(context, node, *field.value, *type.element);
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel& node, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const AttributeFacts& attribute : block.attributes())
        if (attribute.row && attribute.row->type) check_value(context, node, *attribute.written->value, *attribute.row->type);
    });
  });
}

}  // namespace


extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    codes::kType,
    "type",
    FindingSeverity::kError,
    "The value has another type than the attribute takes.",
    R"~(loki.write "w" {
  endpoint {
    url = ["http://loki:3100/loki/api/v1/push"]
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Never: the config does not load.",
    check,
    "The type of the value follows from the text, also through references and functions. What only running tells is not judged.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_type
