#include "src/lint/rule.h"

namespace invar::rules_skip_verify {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV171";

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const char* name : {"insecure_skip_verify", "skip_tls_verification"}) {
        const AttributeFacts* attribute = block.attribute(name);
        if (attribute && block.flag(name).yes())
          context.report({kCode, FindingSeverity::kInfo, attribute->written->value->span, "the certificate of the other end is not looked at", "give its CA by ca_file", {}});
      }
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode,
    "skip-verify",
    FindingSeverity::kInfo,
    "Without a look at its certificate anybody can be the other end: what is sent, passwords too, can be read and changed on the way.",
    R"~(loki.write "w" {
  endpoint {
    url = "https://loki/loki/api/v1/push"
    tls_config {
      insecure_skip_verify = true
    }
  }
}
)~",
    R"~(loki.write "w" {
  endpoint {
    url = "https://loki/loki/api/v1/push"
    tls_config {
      ca_file = "/etc/ca.pem"
    }
  }
}
)~",
    "Test set-ups; kubelets with certificates that they signed themselves.",
    check,
    "The attribute is written, and true.",
    "grafana/alloy#681",
};

}  // namespace invar::rules_skip_verify
