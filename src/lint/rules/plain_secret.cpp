#include "src/lint/rule.h"

namespace invar::rules_plain_secret {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV170";

/// Too short for a secret, or a word that stands for one: `my-password`, `<TOKEN>`.
bool may_be_placeholder(std::string_view text) {
  if (text.size() < 8) return true;
  std::string small(text);
  for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view word : {"password", "passwd", "secret", "token", "key", "changeme", "example", "replace", "placeholder", "todo", "xxx", "your", "dummy", "test", "user", "<",
                                      "***", "..."})
    if (small.find(word) != std::string::npos) return true;
  return false;
}

/// A URL or a name of a data source is a secret for what may stand in it.
bool names_no_password(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return text.find("assword=") == std::string_view::npos && text.find('@') != std::string_view::npos && text.substr(0, text.find('@')).find(':') == std::string_view::npos;
  const std::string_view authority = text.substr(scheme + 3, std::min(text.find('/', scheme + 3), text.size()) - scheme - 3);
  const size_t at = authority.rfind('@');
  return (at == std::string_view::npos || authority.substr(0, at).find(':') == std::string_view::npos) && text.find("assword=") == std::string_view::npos;
}

void check(RuleContext& context) {
  context.each_facts([&](const ModuleModel&, const NodeModel&, const BlockFacts& facts) {
    facts.each_block([&](const BlockFacts& block) {
      for (const AttributeFacts& attribute : block.attributes()) {
        const bool secret = attribute.row && attribute.row->type && attribute.row->type->kind == TypeKind::kSecret;
        const auto text = secret ? literal_text(*attribute.written->value) : std::nullopt;
        if (!text || text->empty() || text->find("${") != std::string::npos || names_no_password(*text)) continue;
        context.report({kCode, may_be_placeholder(*text) ? FindingSeverity::kInfo : FindingSeverity::kWarning, attribute.written->value->span,
                        attribute.written->name.name + " stands in the config in plain text", "take it from sys.env, local.file or remote.kubernetes.secret", {}});
      }
    });
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "plain-secret", FindingSeverity::kWarning,
    "A password in the config is a password in the ConfigMap, in Git and in every backup of both.",
    "loki.write \"w\" {\n  endpoint {\n    url = \"http://loki:3100/loki/api/v1/push\"\n    basic_auth {\n      username = \"u\"\n      password = \"do-not-write-it-here\"\n    }\n  }\n}\n",
    "loki.write \"w\" {\n  endpoint {\n    url = \"http://loki:3100/loki/api/v1/push\"\n    basic_auth {\n      username = \"u\"\n      password = sys.env(\"LOKI_PASSWORD\")\n    }\n  }\n}\n",
    "Test set-ups. Short texts, and words that stand for a secret, are hints only.",
    check,
    "The value of an attribute whose type is secret is written as text.",
    "grafana/alloy#2224",
};

}  // namespace invar::rules_plain_secret
