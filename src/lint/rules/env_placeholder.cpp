#include "src/lint/rule.h"

namespace invar::rules_env_placeholder {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV124";

/// Attributes whose texts have a meaning for ${name} themselves, or hold a config of another program.
bool has_own_dollar(std::string_view attribute, const TypeInfo& type) {
  for (const std::string_view known : {"replacement", "target_label", "tag_name", "replace", "template", "expression", "statements", "conditions", "config", "query_config", "content",
                                       "text", "custom_arguments", "cmdline", "regex", "url_template", "name"})
    if (attribute == known) return true;
  return type.kind == TypeKind::kText && type.go != "config.URL";
}

/// `${NAME}` with a name as variables of the environment have it.
std::string_view placeholder_in(std::string_view text) {
  for (size_t at = 0; (at = text.find("${", at)) != std::string_view::npos; ++at) {
    const size_t end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at + 2);
    if (end != std::string_view::npos && end > at + 2 && text[end] == '}' && (text[at + 2] < '0' || text[at + 2] > '9')) return text.substr(at, end + 1 - at);
  }
  return {};
}

void check_value(RuleContext& context, const ast::Expr& expression) {
  if (const auto text = literal_text(expression))
    if (const std::string_view found = placeholder_in(*text); !found.empty())
      context.report({kCode, FindingSeverity::kWarning, expression.span, std::string(found) + " stands for itself: Alloy does not replace it",
                      "write sys.env(\"" + std::string(found.substr(2, found.size() - 3)) + "\")", {}});
  if (const auto* list = expression.as<ast::ArrayLiteral>())
    for (const auto& element : list->elements) check_value(context, *element);
  if (const auto* object = expression.as<ast::ObjectLiteral>())
    for (const auto& field : object->fields) check_value(context, *field.value);
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const AttributeFacts& attribute : block.attributes())
        if (attribute.row && attribute.row->type && !has_own_dollar(attribute.written->name.name, *attribute.row->type)) check_value(context, *attribute.written->value);
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "env-placeholder",
    FindingSeverity::kWarning,
    "Alloy replaces no ${NAME} in texts: the dollar sign and the braces are sent as they stand.",
    R"~(loki.write "w" {
  endpoint {
    url = "${LOKI_URL}"
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = sys.env("LOKI_URL")
  }
}
)~",
    "Where something else replaces it before Alloy reads the file, and texts of other languages in which ${NAME} means something.",
    check,
    "The text has a ${NAME} in it, and stands in an attribute that no language of its own is read from.",
    "grafana/alloy#467",
};

}  // namespace invar::rules_env_placeholder
