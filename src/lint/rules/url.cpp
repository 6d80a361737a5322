#include "src/lint/pipeline_model.h"
#include "src/lint/rule.h"

namespace invar::rules_url {
using namespace lint;
namespace {

constexpr std::string_view kCode = "INV122";

/// Why a request to it cannot arrive; empty when it may.
std::string trouble_of(std::string_view url) {
  if (url.empty()) return "the URL is empty";
  if (!url.starts_with("http://") && !url.starts_with("https://")) return "the URL has no scheme and host: it must begin with http:// or https://";
  const std::string_view rest = url.substr(url.find("://") + 3);
  if (rest.empty() || rest.front() == '/' || rest.front() == ':') return "the URL has no host";
  return rest.find(' ') != std::string_view::npos ? "the URL has a space in it" : "";
}

bool has_path(std::string_view url) {
  const std::string_view rest = url.substr(url.find("://") + 3);
  const size_t slash = rest.find('/');
  return slash != std::string_view::npos && slash + 1 < rest.size();
}

/// `<LOKI_URL>` of a template that is to be filled in, and ${LOKI_URL}, of which another rule speaks.
bool is_placeholder(std::string_view text) { return text.starts_with('<') || text.find("${") != std::string_view::npos; }

void check_endpoint(RuleContext& context, const ModuleModel& module, const ast::Block& block, std::string_view attribute, bool wants_path) {
  const auto* url = find_attribute(block.body, attribute);
  const auto text = text_of(context, module, block.body, attribute);
  if (!url || !text || is_placeholder(*text)) return;
  if (const std::string trouble = trouble_of(*text); !trouble.empty())
    context.report({kCode, FindingSeverity::kWarning, url->value->span, trouble, "", {}});
  else if (wants_path && !has_path(*text))
    context.report({kCode, FindingSeverity::kWarning, url->value->span, "the URL has no path: Loki takes logs at /loki/api/v1/push", "append /loki/api/v1/push", {}});
}

/// Each kind of data may have an endpoint of its own, beside which the common one does not count.
bool has_own_endpoints(const NodeModel& node) {
  for (const char* name : {"traces_endpoint", "metrics_endpoint", "logs_endpoint"})
    if (find_attribute(node.block->body, name)) return true;
  return false;
}

void check(RuleContext& context) {
  context.config().each_node([&](const ModuleModel& module, const NodeModel& node) {
    if (!node.component) return;
    for (const ast::Statement& statement : node.block->body) {
      const ast::Block* block = statement.block();
      if (!block) continue;
      if (block->full_name() == "endpoint" && (node.name == "loki.write" || node.name == "prometheus.remote_write"))
        check_endpoint(context, module, *block, "url", node.name == "loki.write");
      if (block->full_name() == "client" && node.name == "otelcol.exporter.otlphttp" && !has_own_endpoints(node)) check_endpoint(context, module, *block, "endpoint", false);
    }
  });
}

}  // namespace

extern const RuleSpec kRule;
constinit const RuleSpec kRule{
    kCode, "push-url", FindingSeverity::kWarning,
    "A URL without scheme or host reaches nobody, and Loki takes logs at its push path only.",
    "loki.write \"w\" {\n  endpoint {\n    url = \"loki:3100\"\n  }\n}\n",
    "loki.write \"w\" {\n  endpoint {\n    url = \"http://loki:3100/loki/api/v1/push\"\n  }\n}\n",
    "A gateway that maps another path to the push path.",
    check,
    "The URL is in the text.",
    "grafana/alloy#467",
};

}  // namespace invar::rules_url
