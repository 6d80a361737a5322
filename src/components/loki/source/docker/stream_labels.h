#pragma once

#include <map>
#include <string>
#include <vector>

#include "src/components/loki/source/docker/container_batch.h"
#include "src/components/shared/relabel.h"
#include "src/language/target.h"

namespace invar::loki_source_docker {

inline constexpr std::string_view kContainerLabel = "__meta_docker_container_id";

/// A target with the component's labels, which count where both have one: what Alloy goes by.
std::map<std::string, std::string> labels_of(const Target& target, const std::map<std::string, std::string>& component_labels);
/// `{a="1", b="2"}`
std::string labels_text(const std::map<std::string, std::string>& labels);
/// Go's model.LabelSet.Fingerprint: of several targets of one container Alloy reads the one with the lowest.
uint64_t fingerprint(const std::map<std::string, std::string>& labels);
/// What the rules make of them for each standard stream. Lines that a rule drops have no labels.
StreamLabels stream_labels(const std::map<std::string, std::string>& labels, const relabel::Rules& rules);

}  // namespace invar::loki_source_docker
