#include "src/lint/rule.h"

namespace invar::rules_signal_ends {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV147";

constexpr std::string_view kSignals[] = {"logs", "metrics", "traces"};

/// Processors hand on what they are given; connectors make something else of it.
const BlockFacts* output_of(const RuleContext& context, const ModuleModel& module, const NodeModel& node) {
  if (!node.component || !node.name.starts_with("otelcol.processor.")) return nullptr;
  const BlockFacts* facts = context.facts(module, node);
  const BlockFacts* output = facts ? facts->block("output") : nullptr;
  return output && output->block() ? output : nullptr;
}

/// Whether anything is sent on; an output that is empty on purpose is another matter.
bool sends_something(const BlockFacts& output) {
  for (const std::string_view signal : kSignals)
    if (!(output.size(signal) == 0).yes()) return true;
  return false;
}

void check_output(RuleContext& context, const ModuleModel& module, const NodeModel& node, const BlockFacts& output) {
  for (const std::string_view signal : kSignals) {
    const AttributeFacts* attribute = output.attribute(signal);
    if (!attribute) continue;
    for (const Reference& reference : node.references) {
      const Span span = reference.traversal.span();
      const Span list = attribute->written->value->span;
      if (span.begin < list.begin || span.end > list.end || reference.field() != "input") continue;
      const BlockFacts* next = output_of(context, module, *reference.target);
      if (next && sends_something(*next) && (next->size(signal) == 0).yes())
        context.report({kCode, FindingSeverity::kWarning, span, reference.target->id + " has no output for " + std::string(signal) + ": they end there", "add " + std::string(signal) + " to its output block", {}});
    }
  }
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel& module, const NodeModel& node, const BlockFacts& facts) {
    if (!node.name.starts_with("otelcol.")) return;
    for (const auto& block : facts.inner())
      if (block->is_named("output")) check_output(context, module, node, *block);
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "signal-ends",
    FindingSeverity::kWarning,
    "What is sent to a component whose output has no place for that kind of data is lost there.",
    R"~(otelcol.receiver.otlp "in" {
  grpc { }
  output {
    metrics = [otelcol.processor.batch.b.input]
  }
}

otelcol.processor.batch "b" {
  output {
    logs = [otelcol.exporter.debug.d.input]
  }
}

otelcol.exporter.debug "d" { }
)~",
    R"~(otelcol.receiver.otlp "in" {
  grpc { }
  output {
    logs = [otelcol.processor.batch.b.input]
  }
}

otelcol.processor.batch "b" {
  output {
    logs = [otelcol.exporter.debug.d.input]
  }
}

otelcol.exporter.debug "d" { }
)~",
    "While a pipeline is being built.",
    check,
    "The component passes on what it gets, unchanged in kind, and its output block does not name that kind.",
    "grafana/alloy#446",
};

}  // namespace invar::rules_signal_ends
