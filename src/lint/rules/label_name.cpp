#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_label_name {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV134";

bool is_label_name(std::string_view name) {
  const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  for (size_t i = 0; i < name.size(); ++i)
    if (!is_start(name[i]) && (i == 0 || name[i] < '0' || name[i] > '9')) return false;
  return !name.empty();
}

/// Whether what leaves the node is known to reach Loki: other destinations take any name.
bool reaches_loki(const NodeModel& node, size_t depth = 0) {
  if (node.name == "loki.write") return true;
  if (depth > 20) return false;
  for (const Reference& reference : node.references)
    if (reference.field() == "receiver" && reaches_loki(*reference.target, depth + 1)) return true;
  return false;
}

void check_name(RuleContext& context, const std::string& name, Span span) {
  if (!is_label_name(name)) context.report({kCode, FindingSeverity::kWarning, span, "\"" + name + "\" is no label name that Loki takes", "use letters, digits and _", {}});
}

void check_keys(RuleContext& context, const ast::Attribute* attribute) {
  const auto* object = attribute ? attribute->value->as<ast::ObjectLiteral>() : nullptr;
  if (!object) return;
  for (const ast::ObjectField& field : object->fields) check_name(context, field.name.name, field.name.span);
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component || !(reaches_loki(node) || node.name == "discovery.relabel")) return;
    if (node.name == "loki.write") check_keys(context, find_attribute(node.block->body, "external_labels"));
    if (node.name == "loki.process")
      for (const StageUse& stage : stages_of(node))
        if (stage.name == "labels" || stage.name == "static_labels") check_keys(context, find_attribute(stage.block->body, "values"));
    if (node.name != "loki.relabel" && node.name != "discovery.relabel") return;
    for (const ast::Statement& statement : node.block->body) {
      const auto* target = statement.block() ? find_attribute(statement.block()->body, "target_label") : nullptr;
      const auto text = target ? text_of(context, module, statement.block()->body, "target_label") : std::nullopt;
      if (text && !text->empty() && text->find('$') == std::string::npos) check_name(context, *text, target->value->span);
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "label-name", FindingSeverity::kWarning,
    "Loki takes label names of letters, digits and underscores only, not beginning with a digit; it refuses the whole push.",
    "loki.write \"w\" {\n  external_labels = { \"my-cluster\" = \"eu\" }\n}\n",
    "loki.write \"w\" {\n  external_labels = { \"my_cluster\" = \"eu\" }\n}\n",
    "Destinations that take UTF-8 names.",
    check,
    "The name is in the text, and Loki or Prometheus takes no such name.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_label_name
