#include "src/lint/rule.h"

namespace invar::rules_plain_secret {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV170";

void check_body(RuleContext& context, const ast::Body& body, const Schema& schema) {
  for (const ast::Statement& statement : body) {
    if (const ast::Block* block = statement.block()) {
      if (const Schema* inner = inner_schema(schema, block->full_name())) check_body(context, block->body, *inner);
      continue;
    }
    const ast::Attribute& attribute = *statement.attribute();
    const Row* row = find_row(schema, attribute.name.name);
    const bool secret = row && row->type && row->type->kind == TypeKind::kSecret;
    const auto text = secret ? literal_text(*attribute.value) : std::nullopt;
    if (text && !text->empty() && text->find("${") == std::string::npos)
      context.report({kCode, FindingSeverity::kWarning, attribute.value->span, attribute.name.name + " stands in the config in plain text",
                      "take it from sys.env, local.file or remote.kubernetes.secret", {}});
  }
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    if (node.component) check_body(context, node.block->body, node.component->arguments);
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "plain-secret", FindingSeverity::kWarning,
    "A password in the config is a password in the ConfigMap, in Git and in every backup of both.",
    "loki.write \"w\" {\n  endpoint {\n    url = \"http://loki:3100/loki/api/v1/push\"\n    basic_auth {\n      username = \"u\"\n      password = \"do-not-write-it-here\"\n    }\n  }\n}\n",
    "loki.write \"w\" {\n  endpoint {\n    url = \"http://loki:3100/loki/api/v1/push\"\n    basic_auth {\n      username = \"u\"\n      password = sys.env(\"LOKI_PASSWORD\")\n    }\n  }\n}\n",
    "Test set-ups.",
    check,
    "The value of an attribute whose type is secret is written as text.",
    "grafana/alloy#2224",
};

}  // namespace invar::rules_plain_secret
