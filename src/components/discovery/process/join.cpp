#include "src/components/discovery/process/join.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

namespace invar::discovery_process {
namespace {

/// The container a target belongs to; empty: none that is known.
std::string_view container_of(const Target& target) {
  if (const std::string_view id = target.get("__container_id__"); !id.empty()) return id;
  if (std::string_view id = target.get("__meta_kubernetes_pod_container_id"); !id.empty()) {
    constexpr std::array<std::string_view, 3> kRuntimes{"docker://", "containerd://", "cri-o://"};
    for (const std::string_view runtime : kRuntimes)
      if (id.starts_with(runtime)) return id.substr(runtime.size());
    return {};
  }
  return target.get("__meta_docker_container_id");
}

/// As Alloy's target builder: a label without a value takes one away.
Target merged(const Target& process, const Target& container) {
  std::vector<Target::Label> labels(process.labels().begin(), process.labels().end());
  labels.insert(labels.end(), container.labels().begin(), container.labels().end());
  const Target all(std::move(labels));
  labels.assign(all.labels().begin(), all.labels().end());
  std::erase_if(labels, [](const Target::Label& label) { return label.second.empty(); });
  return Target(std::move(labels));
}

}  // namespace

std::vector<Target> join(std::span<const Target> processes, std::span<const Target> containers) {
  std::vector<Target> joined, others;
  std::unordered_map<std::string_view, size_t> by_container;  // the place in `others`
  for (const Target& container : containers) {
    const std::string_view id = container_of(container);
    if (id.empty()) {
      joined.push_back(container);
      continue;
    }
    const auto [known, is_new] = by_container.try_emplace(id, others.size());
    if (is_new) others.push_back(container);
    else others[known->second] = container;
  }
  for (const Target& process : processes) {
    const auto container = by_container.find(container_of(process));
    joined.push_back(container == by_container.end() ? process : merged(process, others[container->second]));
  }
  joined.insert(joined.end(), others.begin(), others.end());
  return joined;
}

}  // namespace invar::discovery_process
