#include "src/lint/manifest/collector_flags.h"

#include <algorithm>

namespace invar::lint {
namespace {

using yaml::find;
using yaml::Placed;
using yaml::text_at;

std::string_view namespace_of(const Placed& object) { return text_at(object, {"metadata", "namespace"}); }

/// `--name=value`, `--name value`, `-name=value`, and a flag alone.
void read_arguments(const Placed* list, FeatureGate& gate) {
  if (!list || !list->is_sequence()) return;
  for (size_t i = 0; i < list->items.size(); ++i) {
    const Placed& item = list->items[i]->resolved();
    if (!item.is_scalar()) continue;
    std::string_view argument = item.text;
    argument.remove_prefix(std::min(argument.find_first_not_of('-'), argument.size()));
    const size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    std::string_view value = equals == std::string_view::npos ? std::string_view() : argument.substr(equals + 1);
    if (name == "stability.level" && equals == std::string_view::npos && i + 1 < list->items.size()) value = list->items[i + 1]->resolved().text;
    if (name == "stability.level") parse_stability(value, gate.minimum);
    if (name == "feature.community-components.enabled") gate.community = equals == std::string_view::npos || value == "true";
  }
}

}  // namespace

CollectorFlags::CollectorFlags(const std::vector<const Placed*>& objects) {
  for (const Placed* object : objects) {
    const std::string_view kind = text_at(*object, {"kind"});
    if (kind == "Alloy") read_resource(*object);
    else if (kind == "DaemonSet" || kind == "Deployment" || kind == "StatefulSet") read_workload(*object);
  }
}

FeatureGate CollectorFlags::of_values(const Placed& alloy) {
  FeatureGate gate;
  parse_stability(text_at(alloy, {"stabilityLevel"}), gate.minimum);
  read_arguments(find(alloy, {"extraArgs"}), gate);
  return gate;
}

void CollectorFlags::add(std::string_view space, std::string_view config_map, const FeatureGate& gate) {
  if (config_map.empty()) return;
  const auto [known, is_new] = gates_.emplace(std::string(space) + "/" + std::string(config_map), gate);
  if (is_new) return;
  known->second.minimum = std::max(known->second.minimum, gate.minimum);
  known->second.community = known->second.community && gate.community;
}

void CollectorFlags::read_resource(const Placed& object) {
  const Placed* alloy = find(object, {"spec", "alloy"});
  if (!alloy) return;
  // Without a name of its own the ConfigMap is named as the resource.
  std::string_view name = text_at(*alloy, {"configMap", "name"});
  if (name.empty()) name = text_at(object, {"metadata", "name"});
  add(namespace_of(object), name, of_values(*alloy));
}

void CollectorFlags::read_workload(const Placed& object) {
  const Placed* pod = find(object, {"spec", "template", "spec"});
  const Placed* containers = pod ? find(*pod, {"containers"}) : nullptr;
  const Placed* volumes = pod ? find(*pod, {"volumes"}) : nullptr;
  if (!containers || !volumes || !containers->is_sequence() || !volumes->is_sequence()) return;
  for (const Placed* item : containers->items) {
    const Placed& container = item->resolved();
    const Placed* arguments = find(container, {"args"});
    const Placed* mounts = find(container, {"volumeMounts"});
    if (!arguments || !arguments->is_sequence() || arguments->items.empty() || arguments->items[0]->resolved().text != "run" || !mounts) continue;
    FeatureGate gate;
    read_arguments(arguments, gate);
    for (const Placed* mount : mounts->items)
      for (const Placed* volume : volumes->items)
        if (text_at(volume->resolved(), {"name"}) == text_at(mount->resolved(), {"name"}))
          add(namespace_of(object), text_at(volume->resolved(), {"configMap", "name"}), gate);
  }
}

std::optional<FeatureGate> CollectorFlags::of_config_map(std::string_view space, std::string_view name) const {
  const auto found = gates_.find(std::string(space) + "/" + std::string(name));
  return found == gates_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace invar::lint
