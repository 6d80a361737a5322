#include "src/lint/rule.h"

namespace invar::rules_pod_labelmap {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV151";

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& rule) {
      if (rule.schema().name != "common/relabel.Config" || !rule.text("action").is("labelmap").yes()) return;
      const AttributeFacts* regex = rule.attribute("regex");
      const Text text = rule.text("regex");
      if (!regex || !text.value) return;
      for (const std::string_view prefix : {"__meta_kubernetes_pod_label_", "__meta_kubernetes_pod_annotation_"})
        for (const std::string_view rest : {"(.+)", "(.*)"})
          if (*text.value == std::string(prefix) + std::string(rest))
            context.report({kCode, FindingSeverity::kInfo, regex->written->value->span, "every " + std::string(prefix.substr(22, prefix.size() - 23)) + " of a pod becomes a label",
                            "name the ones you want", {}});
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "labels-of-pods",
    FindingSeverity::kInfo,
    "A labelmap makes a label of every label or annotation that somebody gives a pod: streams multiply with each of them.",
    R"~(discovery.relabel "r" {
  targets = []
  rule {
    action = "labelmap"
    regex  = "__meta_kubernetes_pod_label_(.+)"
  }
}
)~",
    R"~(discovery.relabel "r" {
  targets = []
  rule {
    source_labels = ["__meta_kubernetes_pod_label_app"]
    target_label  = "app"
  }
}
)~",
    "Where the labels of pods are known to be few, and to change seldom.",
    check,
    "The expression of the labelmap matches labels or annotations of pods of any name.",
    "grafana/k8s-monitoring-helm#2218",
};

}  // namespace invar::rules_pod_labelmap
