#include <array>

#include "src/lint/rule.h"

namespace invar::rules_receives_nothing {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV128";

struct Receiver {
  std::string_view name;
  std::array<std::string_view, 2> protocols;
};
constexpr Receiver kReceivers[] = {{"otelcol.receiver.otlp", {"grpc", "http"}}};

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel& node, const BlockFacts& facts) {
    for (const Receiver& receiver : kReceivers) {
      if (node.name != receiver.name || facts.count(receiver.protocols[0]) + facts.count(receiver.protocols[1]) > 0) continue;
      context.report({kCode, FindingSeverity::kWarning, facts.head(), node.id + " has neither a " + std::string(receiver.protocols[0]) + " nor a " + std::string(receiver.protocols[1]) +
                      " block: it listens nowhere", "", {}});
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "receives-nothing",
    FindingSeverity::kWarning,
    "A receiver without a protocol listens nowhere.",
    R"~(otelcol.receiver.otlp "in" {
  output { }
}
)~",
    R"~(otelcol.receiver.otlp "in" {
  grpc { }
  output { }
}
)~",
    "Never.",
    check,
    "None of the blocks that open a port is written.",
    "grafana/alloy#5230",
};

}  // namespace invar::rules_receives_nothing
