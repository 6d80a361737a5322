#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/helm/values.h"
#include "src/runtime/gate.h"
#include "src/text/yaml_stream.h"

namespace invar::lint {

/// What the alloy chart's values below `alloy` say of it: stabilityLevel and extraArgs; nullopt when they say nothing.
std::optional<FeatureGate> gate_of_values(const HelmValue& alloy);

/// With which stability level the Alloy texts of a stream of objects will run: what Alloy resources say, and the arguments of containers that mount the text.
class CollectorFlags {
 public:
  CollectorFlags() = default;
  explicit CollectorFlags(const std::vector<const yaml::Placed*>& objects);

  /// Of the text in a ConfigMap; nullopt when nothing in the stream uses it. Used twice: the stricter level.
  std::optional<FeatureGate> of_config_map(std::string_view space, std::string_view name) const;

 private:
  void read_resource(const yaml::Placed& object);
  void read_workload(const yaml::Placed& object);
  void add(std::string_view space, std::string_view config_map, const FeatureGate& gate);

  std::map<std::string, FeatureGate, std::less<>> gates_;  // by namespace/name of ConfigMaps
};

}  // namespace invar::lint
