#include "src/lint/manifest/collector_flags.h"

#include <algorithm>

namespace invar::lint {
namespace {

using yaml::find;
using yaml::Placed;
using yaml::text_at;

std::string_view namespace_of(const Placed& object) { return text_at(object, {"metadata", "namespace"}); }

/// `--name=value`, `--name value`, `-name=value`, and a flag alone. True: one of them was about the gate.
bool read_arguments(const std::vector<std::string_view>& arguments, FeatureGate& gate) {
  bool told = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string_view argument = arguments[i];
    argument.remove_prefix(std::min(argument.find_first_not_of('-'), argument.size()));
    const size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    std::string_view value = equals == std::string_view::npos ? std::string_view() : argument.substr(equals + 1);
    if (name == "stability.level") {
      if (equals == std::string_view::npos && i + 1 < arguments.size()) value = arguments[i + 1];
      told |= parse_stability(value, gate.minimum);
    } else if (name == "feature.community-components.enabled") {
      gate.community = equals == std::string_view::npos || value == "true";
      told = true;
    }
  }
  return told;
}

std::vector<std::string_view> texts_of(const Placed& list) {
  std::vector<std::string_view> texts;
  for (const Placed* item : list.items)
    if (const Placed& text = item->resolved(); text.is_scalar()) texts.push_back(text.text);
  return texts;
}

}  // namespace

CollectorFlags::CollectorFlags(const std::vector<const Placed*>& objects) {
  for (const Placed* object : objects) {
    const std::string_view kind = text_at(*object, {"kind"});
    if (kind == "Alloy") read_resource(*object);
    else if (kind == "DaemonSet" || kind == "Deployment" || kind == "StatefulSet") read_workload(*object);
  }
}

std::optional<FeatureGate> gate_of_values(const HelmValue& alloy) {
  FeatureGate gate;
  bool told = false;
  if (const HelmValue* level = alloy.get("stabilityLevel")) told = parse_stability(level->text(), gate.minimum);
  if (const HelmValue* arguments = alloy.get("extraArgs"); arguments && arguments->is_list()) {
    std::vector<std::string_view> texts;
    for (const HelmValue& item : arguments->items) texts.push_back(item.text());
    told |= read_arguments(texts, gate);
  }
  return told ? std::optional(gate) : std::nullopt;
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
  // An Alloy resource that says nothing runs with the chart's default.
  add(namespace_of(object), name, gate_of_values(helm_value(*alloy, nullptr)).value_or(FeatureGate{}));
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
    read_arguments(texts_of(*arguments), gate);
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
