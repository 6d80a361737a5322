#include <algorithm>
#include <map>

#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_label_dropped {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV156";

/// Labels that a loki.process sets at its top, not yet looked at.
void check_process(RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  std::map<std::string, Span> set;
  for (const StageUse& stage : stages_of(node)) {
    const StageNames names = names_of(context, module, stage);
    if (names.open || stage.name == "label_keep" || stage.name == "structured_metadata") set.clear();
    for (const std::string& label : names.needs) set.erase(label);
    for (const NamedPlace& read : names.reads) set.erase(read.name);
    for (const std::string& label : names.drops) {
      const auto found = set.find(label);
      if (found == set.end() || stage.depth > 0) continue;
      context.report({kCode, FindingSeverity::kInfo, found->second, "label " + label + " is taken away again by stage." + stage.name + ", and nothing looks at it before", "", {}});
      set.erase(found);
    }
    for (const NamedPlace& label : names.labels)
      if (stage.depth == 0 && label.span.known()) set[label.name] = label.span;
      else set.erase(label.name);
  }
}

/// `__tenant_id__` and the like mean something to who sends.
bool is_internal(std::string_view label) { return label.starts_with("__") && !label.ends_with("__"); }

bool looks_at(const BlockFacts& rule, const std::string& label) {
  const std::vector<std::string> labels = rule.texts("source_labels");
  const Text action = rule.text("action");
  return rule.value("source_labels").holds_unknown() || std::find(labels.begin(), labels.end(), label) != labels.end() || action.is_one_of({"labelmap", "labelkeep"}).yes();
}

/// Labels of entries that begin with __ are not sent.
void check_relabel(RuleContext& context, const NodeModel& node, const BlockFacts& facts) {
  for (const Reference& reference : node.references)
    if (reference.target->name != "loki.write") return;
  for (const NodeModel* referrer : node.referrers)
    for (const Reference& reference : referrer->references)
      if (reference.target == &node && reference.field() == "rules") return;
  if (node.references.empty()) return;
  for (size_t i = 0; i < facts.inner().size(); ++i) {
    const BlockFacts& rule = *facts.inner()[i];
    const Text target = rule.text("target_label");
    if (!rule.is_named("rule") || !target.value || !is_internal(*target.value) || target.value->find('$') != std::string::npos) continue;
    bool read = false;
    for (size_t j = i + 1; j < facts.inner().size(); ++j) read |= looks_at(*facts.inner()[j], *target.value);
    if (!read)
      context.report({kCode, FindingSeverity::kInfo, rule.attribute("target_label")->written->value->span, "label " + *target.value + " is not sent: names that begin with __ stay inside", "", {}});
  }
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel& module, const NodeModel& node, const BlockFacts& facts) {
    if (node.name == "loki.process") check_process(context, module, node);
    if (node.name == "loki.relabel") check_relabel(context, node, facts);
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "label-dropped",
    FindingSeverity::kInfo,
    "A label that is set, and taken away again before anybody looks at it, was set for nothing.",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.process.p.receiver]
}

loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.static_labels {
    values = { team = "a" }
  }
  stage.label_drop {
    values = ["team"]
  }
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.process.p.receiver]
}

loki.process "p" {
  forward_to = [loki.write.w.receiver]
  stage.static_labels {
    values = { team = "a" }
  }
  stage.match {
    selector = "{team=\"a\"}"
    stage.decolorize { }
  }
  stage.label_drop {
    values = ["team"]
  }
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Where a label is prepared for a stage that lint does not see through.",
    check,
    "No stage or rule between the two looks at the label; of names that begin with __ none that follows does.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_label_dropped
