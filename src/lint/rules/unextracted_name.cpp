#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_unextracted_name {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV141";

/// Fields that people expect in a template, but that there are only when a stage or a label brings them.
bool is_mistaken_field(std::string_view name) {
  for (const std::string_view known : {"Val", "value", "Values", "values", "VALUE", "entry", "Entries", "ENTRY", "Line", "Message", "Msg", "Text", "Log"})
    if (name == known) return true;
  return false;
}

void check_process(RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  const auto labels = labels_into(context, module, node);
  std::set<std::string> known = labels.value_or(std::set<std::string>());
  bool open = !labels;
  for (const StageUse& stage : stages_of(node)) {
    const StageNames names = names_of(context, module, stage);
    for (const NamedPlace& read : names.reads) {
      if (known.contains(read.name)) continue;
      if (!open)
        context.report({kCode, FindingSeverity::kWarning, read.span, "no stage before stage." + stage.name + " extracts \"" + read.name + "\"",
                        "extract it first, for example by stage.json or stage.regex", {}});
      else if (stage.name == "template" && is_mistaken_field(read.name))
        context.report({kCode, FindingSeverity::kInfo, read.span, "." + read.name + " is a value that a label or a stage has to bring: the text itself is .Value, the line .Entry", "", {}});
    }
    open |= names.open;
    known.insert(names.extracts.begin(), names.extracts.end());
    for (const NamedPlace& label : names.labels) known.insert(label.name);
  }
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (node.component && node.name == "loki.process") check_process(context, module, node);
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "unextracted-name", FindingSeverity::kWarning,
    "A stage that reads a value which no stage before it extracts, and no label brings, finds nothing.",
    "loki.source.file \"f\" {\n  targets    = [{ \"__path__\" = \"/a.log\" }]\n  forward_to = [loki.process.p.receiver]\n}\n\nloki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.output {\n    source = \"message\"\n  }\n}\n\nloki.write \"w\" { }\n",
    "loki.source.file \"f\" {\n  targets    = [{ \"__path__\" = \"/a.log\" }]\n  forward_to = [loki.process.p.receiver]\n}\n\nloki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.json {\n    expressions = { message = \"\" }\n  }\n  stage.output {\n    source = \"message\"\n  }\n}\n\nloki.write \"w\" { }\n",
    "Never: where labels may come from the cluster or from outside nothing is said.",
    check,
    "Every stage in front of it is known, and every source of entries: labels are names too. Behind arguments, labelmap and push sources nothing is reported.",
    "published values of node-logs: json stage on plain text",
};

}  // namespace invar::rules_unextracted_name
