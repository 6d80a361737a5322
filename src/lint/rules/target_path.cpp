#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_target_path {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV143";

bool is_pattern(std::string_view path) { return path.find_first_of("*?[{") != std::string_view::npos; }

bool expands_patterns(const NodeModel& node, const RuleContext& context, const ModuleModel& module) {
  if (node.name == "local.file_match") return true;
  const ast::Block* match = find_block(node.block->body, "file_match");
  const auto* enabled = match ? find_attribute(match->body, "enabled") : nullptr;
  const Value value = enabled ? context.value(module, *enabled->value) : Value::boolean(false);
  return value.is_unknown() || (value.is(ValueType::kBool) && value.as_bool());
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    const bool matches = node.name == "local.file_match";
    if (!node.component || (!matches && node.name != "loki.source.file")) return;
    const auto* targets = find_attribute(node.block->body, matches ? "path_targets" : "targets");
    if (!targets) return;
    for (const ast::Expr* element : elements_of(*targets->value)) {
      const Value target = context.value(module, *element);
      if (!target.is(ValueType::kObject)) continue;
      const Value* path = target.find("__path__");
      if (!path)
        context.report({kCode, FindingSeverity::kWarning, element->span, "the target has no __path__: no file is read for it", "", {}});
      else if (path->is(ValueType::kString) && is_pattern(path->as_string()) && !expands_patterns(node, context, module))
        context.report({kCode, FindingSeverity::kWarning, element->span, "loki.source.file takes paths, not patterns: \"" + path->as_string() + "\" is the name of no file",
                        "put a local.file_match before it, or file_match { enabled = true }", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "target-path", FindingSeverity::kWarning,
    "A target of files without __path__ is never read, and a pattern in it finds nothing where nobody expands patterns.",
    "local.file_match \"m\" {\n  path_targets = [{ \"path\" = \"/var/log/*.log\" }]\n}\n",
    "local.file_match \"m\" {\n  path_targets = [{ \"__path__\" = \"/var/log/*.log\" }]\n}\n",
    "Never.",
    check,
    "All targets are written out.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_target_path
