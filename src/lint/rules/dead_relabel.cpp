#include <algorithm>

#include "src/lint/rule.h"

namespace invar::rules_dead_relabel {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV136";

bool uses_export(const NodeModel& node, std::string_view field) {
  for (const NodeModel* referrer : node.referrers)
    for (const Reference& reference : referrer->references)
      if (reference.target == &node && reference.field() == field) return true;
  return false;
}

/// A source that hands labels of discovery on, or a rule or stage that makes one.
bool makes_meta_labels(const RuleContext& context) {
  bool found = false;
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      found |= block.attribute("preserve_discovered_labels") != nullptr;
      if (const AttributeFacts* target = block.attribute("target_label")) found |= !target->value.is(ValueType::kString) || target->value.as_string().starts_with("__meta_");
      if (const AttributeFacts* values = block.attribute("values"); values && values->value.is(ValueType::kObject))
        for (const auto& [name, value] : values->value.members()) found |= name.starts_with("__meta_");
    });
  });
  return found;
}

bool looks_at_discovery(const BlockFacts& rule) {
  const std::vector<std::string> labels = rule.texts("source_labels");
  return !labels.empty() && !rule.value("source_labels").holds_unknown() &&
         std::all_of(labels.begin(), labels.end(), [](const std::string& label) { return label.starts_with("__meta_"); });
}

void check(RuleContext& context) {
  if (makes_meta_labels(context)) return;
  context.each_facts([&](const ModuleModel&, const NodeModel& node, const BlockFacts& facts) {
    if (node.name != "loki.relabel" || !uses_export(node, "receiver") || uses_export(node, "rules")) return;
    for (const auto& rule : facts.inner()) {
      if (!rule->is_named("rule") || !looks_at_discovery(*rule)) continue;
      const bool keeps = rule->text("action").is("keep").yes();
      context.report({kCode, FindingSeverity::kWarning, rule->attribute("source_labels")->written->value->span,
                      keeps ? "no entry has these labels: the rule drops everything" : "no entry has these labels: the rule does nothing",
                      "relabel the targets in a discovery.relabel, before the source", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "dead-relabel-rule",
    FindingSeverity::kWarning,
    "Entries of a loki.relabel have no labels of discovery: they stay behind when a source makes entries of targets.",
    R"~(loki.source.api "a" {
  http { }
  forward_to = [loki.relabel.r.receiver]
}

loki.relabel "r" {
  forward_to = [loki.write.w.receiver]
  rule {
    source_labels = ["__meta_kubernetes_namespace"]
    regex         = "prod"
    action        = "keep"
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
  forward_to = [loki.relabel.r.receiver]
}

loki.relabel "r" {
  forward_to = [loki.write.w.receiver]
  rule {
    source_labels = ["namespace"]
    regex         = "prod"
    action        = "keep"
  }
}

loki.write "w" {
  endpoint {
    url = "http://loki:3100/loki/api/v1/push"
  }
}
)~",
    "Behind loki.source.podlogs or another source that is told to keep labels of discovery.",
    check,
    "All labels that the rule looks at begin with __meta_, the component is used for entries and not for its rules, and no rule or stage of the config makes such a label.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_dead_relabel
