#include "src/components/discovery/shared/target_groups.h"

namespace invar::discovery {

void TargetGroup::set(std::string_view name, std::string value) {
  std::erase_if(labels, [&](const Target::Label& label) { return label.first == name; });
  labels.emplace_back(name, std::move(value));
}

void append_targets(const TargetGroup& group, std::vector<Target>& targets) {
  for (const std::string& address : group.addresses) {
    std::vector<Target::Label> labels = group.labels;
    labels.emplace_back("__address__", address);
    targets.emplace_back(std::move(labels));
  }
}

}  // namespace invar::discovery
