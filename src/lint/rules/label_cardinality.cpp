#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_label_cardinality {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV150";

bool names_one_request(std::string_view name) {
  for (const std::string_view known : {"trace_id", "traceid", "traceID", "span_id", "spanID", "request_id", "requestID", "session_id", "user_id", "uuid", "ip",
                                       "client_ip", "remote_addr", "timestamp", "message", "msg", "url", "order_id"})
    if (name == known) return true;
  return false;
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel&, const NodeModel& node) {
    if (!node.component || node.name != "loki.process") return;
    for (const StageUse& stage : stages_of(node)) {
      const auto* values = stage.name == "labels" ? find_attribute(stage.block->body, "values") : nullptr;
      const auto* object = values ? values->value->as<ast::ObjectLiteral>() : nullptr;
      if (!object) continue;
      for (const ast::ObjectField& field : object->fields)
        if (names_one_request(field.name.name))
          context.report({kCode, FindingSeverity::kInfo, field.name.span, "a label of every value of " + field.name.name + " makes very many streams",
                          "keep it in stage.structured_metadata", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "label-cardinality", FindingSeverity::kInfo,
    "A label with a value of its own for every request makes a stream of every request: Loki becomes slow and refuses more.",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.json {\n    expressions = { trace_id = \"\" }\n  }\n  stage.labels {\n    values = { trace_id = \"\" }\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "loki.process \"p\" {\n  forward_to = [loki.write.w.receiver]\n  stage.json {\n    expressions = { trace_id = \"\" }\n  }\n  stage.structured_metadata {\n    values = { trace_id = \"\" }\n  }\n}\n\nloki.write \"w\" { }\n\nloki.source.api \"a\" {\n  http { }\n  forward_to = [loki.process.p.receiver]\n}\n",
    "Where the values are known to be few.",
    check,
    "The label has a name that is known to differ from request to request.",
    "grafana/k8s-monitoring-helm#2218",
};

}  // namespace invar::rules_label_cardinality
