#include "src/lint/helm/values_identity.h"

#include <algorithm>
#include <array>

namespace invar::lint {
namespace {

constexpr size_t kDeepest = 3;  // sub-charts of sub-charts

/// Names that other charts have as well: they say something only with a key below them that the chart knows.
constexpr std::array kCommonNames = std::to_array<std::string_view>({
    "alloy", "cluster", "collectors", "controller", "destinations", "extraObjects", "fullnameOverride", "global", "image", "ingress", "integrations",
    "kepler", "kube-state-metrics", "labels", "logs", "metrics", "nameOverride", "opencost", "profiles", "profiling", "prometheus-node-exporter",
    "prometheus-operator-crds", "prometheus-windows-exporter", "rbac", "receivers", "service", "serviceAccount", "serviceMonitor", "test", "traces", "beyla",
});
/// Names that values of any chart have, whatever is below them.
constexpr std::array kAnyChart = std::to_array<std::string_view>({"cluster", "extraObjects", "fullnameOverride", "global", "image", "labels", "nameOverride"});

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool looks_like_destination(const HelmValue& value) { return value.is_map() && (value.get("type") || (value.get("url") && value.get("name"))); }

/// A decisive sign of a layout.
struct Sign {
  Layout layout;
  std::string text;
};

std::optional<Sign> decisive_sign(const HelmValue& values) {
  const auto is_section = [](const HelmValue::Entry& entry) { return entry.value.is_map() || entry.value.is_null(); };
  const auto is_named_destination = [](const HelmValue::Entry& entry) { return looks_like_destination(entry.value); };
  const HelmValue* collectors = values.get("collectors");
  if (collectors && collectors->is_map() && !collectors->entries.empty() && std::all_of(collectors->entries.begin(), collectors->entries.end(), is_section))
    return Sign{Layout::kThird, "collectors is a map"};
  if (const HelmValue* given = values.get("destinations")) {
    if (given->is_list() && std::any_of(given->items.begin(), given->items.end(), looks_like_destination)) return Sign{Layout::kSecond, "destinations is a list"};
    if (given->is_map() && std::any_of(given->entries.begin(), given->entries.end(), is_named_destination)) return Sign{Layout::kThird, "destinations is a map"};
  }
  if (const HelmValue* services = values.get("externalServices"); services && services->is_map()) return Sign{Layout::kFirst, "externalServices is a root key"};
  return std::nullopt;
}

/// How much of the values a release knows: keys that only such values have.
int familiar_keys(const HelmValue& values, const ChartRelease& release) {
  int familiar = 0;
  for (const HelmValue::Entry& entry : values.entries) {
    if (!entry.key->is_scalar() || contains(kAnyChart, entry.key->text)) continue;
    const auto key = release.child(release.root(), entry.key->text);
    if (!key || entry.value.is_null()) continue;
    const auto facts = release.facts(*key);
    const bool fits = (entry.value.is_map() && facts->takes_map()) || (entry.value.is_list() && facts->takes_list());
    const bool is_common = contains(kCommonNames, entry.key->text);
    const bool has_known = std::any_of(entry.value.entries.begin(), entry.value.entries.end(), [&](const HelmValue::Entry& below) {
      return below.key->is_scalar() && below.key->text != "enabled" && release.child(*key, below.key->text).has_value();
    });
    familiar += fits && (!is_common || has_known);
  }
  return familiar;
}

/// Keys below known ones that a release does not know.
int strange_keys(const HelmValue& map, const ChartRelease& release, ChartRelease::Key key) {
  int strange = 0;
  for (const HelmValue::Entry& entry : map.entries) {
    if (!entry.key->is_scalar()) continue;
    const auto below = release.child(key, entry.key->text);
    if (!below) ++strange;
    else if (entry.value.is_map() && !release.facts(*below)->open && release.has_keys_below(*below)) strange += strange_keys(entry.value, release, *below);
  }
  return strange;
}

/// The grafana/alloy chart's own values: `alloy.configMap` and the like; in the first monitoring chart that lies one level deeper.
bool is_alloy_chart(const HelmValue& values) {
  const HelmValue* alloy = values.get("alloy");
  if (!alloy || !alloy->is_map() || alloy->get("alloy")) return false;
  const ChartRelease release = newest_release(Chart::kAlloy);
  const auto key = release.child(release.root(), "alloy");
  return std::any_of(alloy->entries.begin(), alloy->entries.end(), [&](const HelmValue::Entry& entry) {
    static constexpr std::array kOwn = std::to_array<std::string_view>({"configMap", "stabilityLevel", "clustering", "storagePath", "enableReporting", "extraArgs", "listenPort"});
    return entry.key->is_scalar() && contains(kOwn, entry.key->text) && release.child(*key, entry.key->text);
  });
}

std::optional<ValuesIdentity> identify(const HelmValue& values) {
  if (!values.is_map()) return std::nullopt;
  ValuesIdentity identity{.values = &values};
  int best = 0, fewest_strange = 0;
  for (const Layout layout : {Layout::kThird, Layout::kSecond, Layout::kFirst}) {
    const ChartRelease release = *newest_release(layout);
    const int familiar = familiar_keys(values, release);
    const int strange = familiar > 0 ? strange_keys(values, release, release.root()) : 0;
    if (familiar > best || (familiar == best && familiar > 0 && strange < fewest_strange)) best = familiar, fewest_strange = strange, identity.layout = layout;
  }
  if (auto sign = decisive_sign(values)) {
    identity.layout = sign->layout;
    identity.sign = std::move(sign->text);
    return identity;
  }
  if (best > 0) return identity;
  if (!is_alloy_chart(values)) return std::nullopt;
  identity.chart = Chart::kAlloy;
  identity.layout = Layout::kUnknown;
  return identity;
}

void identify_below(const HelmValue& values, std::vector<std::string>& path, std::vector<ValuesIdentity>& found) {
  if (auto identity = identify(values)) {
    identity->path = path;
    found.push_back(std::move(*identity));
    return;
  }
  if (path.size() >= kDeepest) return;
  for (const HelmValue::Entry& entry : values.entries) {
    if (!entry.key->is_scalar() || !entry.value.is_map()) continue;
    path.push_back(entry.key->text);
    identify_below(entry.value, path, found);
    path.pop_back();
  }
}

}  // namespace

std::vector<ValuesIdentity> identify_values(const HelmValue& root) {
  std::vector<std::string> path;
  std::vector<ValuesIdentity> found;
  identify_below(root, path, found);
  return found;
}

ValuesIdentity identify_values_at(const HelmValue& values, std::vector<std::string> path) {
  ValuesIdentity identity = identify(values).value_or(ValuesIdentity{.layout = Layout::kThird, .values = &values});
  identity.path = std::move(path);
  return identity;
}

}  // namespace invar::lint
