#include "src/lint/load_check.h"

#include <algorithm>
#include <unordered_map>

#include "src/base/quote.h"
#include "src/text/duration.h"
#include "src/text/url.h"

namespace invar::lint {
namespace {

/// As Go prints the value of an attribute: durations in their normal form.
std::string printed(const BlockFacts& block, std::string_view name) {
  const Row* row = find_row(block.schema(), name);
  const Text text = block.text(name);
  if (!row || !row->type || row->type->kind != TypeKind::kDuration) return text.value.value_or("");
  const auto duration = parse_duration(text.value.value_or("0s"));
  return duration ? format_duration(*duration) : text.value.value_or("");
}

std::string filled(std::string_view message, const std::vector<std::string>& words) {
  std::string text;
  size_t next = 0;
  for (size_t i = 0; i < message.size(); ++i) {
    if (message[i] != '%' || i + 1 == message.size()) {
      text += message[i];
      continue;
    }
    const char verb = message[++i];
    if (verb == '%') {
      text += '%';
      continue;
    }
    const std::string word = next < words.size() ? words[next] : std::string();
    ++next;
    text += verb == 'q' ? quoted(word) : word;
  }
  return text;
}

}  // namespace

std::string LoadCheck::origin() const {
  if (!from.empty()) return std::string(from);
  const size_t dot = of.rfind('.');
  const std::string package(of.substr(0, dot));
  return (package.starts_with("internal/") ? package.substr(9) : "component/" + package) + " " + std::string(of.substr(dot + 1)) + ".Validate";
}

std::optional<std::string> LoadCheck::refusal(const BlockFacts& block) const {
  if (finds) {
    const auto words = finds(block);
    return words ? std::optional(filled(message, *words)) : std::nullopt;
  }
  if (!refuses || !refuses(block).yes()) return std::nullopt;
  std::vector<std::string> words;
  for (const std::string_view name : names)
    if (!name.empty()) words.push_back(printed(block, name));
  return filled(message, words);
}

Span LoadCheck::place(const BlockFacts& block) const {
  const size_t count = static_cast<size_t>(std::find(names.begin(), names.end(), std::string_view()) - names.begin());
  return block.span_of({names.data(), count});
}

namespace {

/// Types that have another one's fields as their own, and ask its Validate().
struct Squashed {
  std::string_view inner, outer;
};
constexpr std::string_view kClient = "common/config.HTTPClientConfig", kProxy = "common/config.ProxyConfig";
constexpr Squashed kSquashed[] = {
    {kClient, "common/kubernetes.ClientArguments"},
    {kClient, "discovery/consul.Arguments"},
    {kClient, "discovery/docker.Arguments"},
    {kClient, "discovery/dockerswarm.Arguments"},
    {kClient, "discovery/eureka.Arguments"},
    {kClient, "discovery/hetzner.Arguments"},
    {kClient, "discovery/ionos.Arguments"},
    {kClient, "discovery/kubelet.Arguments"},
    {kClient, "discovery/kubernetes.Arguments"},
    {kClient, "discovery/kuma.Arguments"},
    {kClient, "discovery/linode.Arguments"},
    {kClient, "discovery/marathon.Arguments"},
    {kClient, "discovery/nomad.Arguments"},
    {kClient, "discovery/puppetdb.Arguments"},
    {kClient, "internal/service/remotecfg.Arguments"},
    {kClient, "loki/rules/kubernetes.Arguments"},
    {kClient, "loki/write.EndpointOptions"},
    {kClient, "mimir/alerts/kubernetes.Arguments"},
    {kClient, "mimir/rules/kubernetes.Arguments"},
    {kClient, "prometheus/remotewrite.EndpointOptions"},
    {kClient, "prometheus/scrape.Arguments"},
    {kClient, "pyroscope/scrape.Arguments"},
    {kClient, "pyroscope/write.EndpointOptions"},
    {kProxy, kClient},
    {kProxy, "common/config.OAuth2Config"},
    {kProxy, "discovery/azure.Arguments"},
    {kProxy, "discovery/digitalocean.Arguments"},
    {kProxy, "discovery/scaleway.Arguments"},
    {kProxy, "discovery/uyuni.Arguments"},
    {"prometheus/operator.Arguments", "prometheus/operator/servicemonitors.Arguments"},
    {"prometheus/exporter/postgres.Arguments", "database_observability/postgres.PrometheusExporterArguments"},
};

using ChecksByType = std::unordered_map<std::string_view, std::vector<const LoadCheck*>>;

void add(ChecksByType& all, std::string_view type, const LoadCheck& check) {
  all[type].push_back(&check);
  for (const Squashed& squashed : kSquashed)
    if (squashed.inner == type) add(all, squashed.outer, check);
}

}  // namespace

std::span<const LoadCheck* const> load_checks_of(std::string_view go_type) {
  static const auto by_type = [] {
    ChecksByType all;
    for (const LoadChecks* file : load_checks())
      for (const LoadCheck& check : file->rows)
        if (check.by == LoadCheck::By::kTable) add(all, check.of, check);
    return all;
  }();
  const auto found = by_type.find(go_type);
  return found == by_type.end() ? std::span<const LoadCheck* const>() : found->second;
}

Found outside(const BlockFacts& block, std::string_view list, std::initializer_list<std::string_view> words) {
  for (const std::string& text : block.texts(list))
    if (std::find(words.begin(), words.end(), text) == words.end()) return std::vector{text};
  return std::nullopt;
}

Found unparsable_url(const BlockFacts& block, std::string_view name) {
  const Text text = block.text(name);
  if (!text.value) return std::nullopt;
  const auto url = parse_url(*text.value);
  return url ? std::nullopt : Found({*text.value, url.error().what});
}

}  // namespace invar::lint
