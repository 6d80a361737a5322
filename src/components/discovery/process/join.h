#pragma once

#include <span>
#include <vector>

#include "src/language/target.h"

namespace invar::discovery_process {

/// Processes with the labels of the target that has their container (from discovery.kubernetes, discovery.docker, or another discovery.process); such a label wins over
/// the process'. Then the targets themselves: those that name no container come first, then the processes, then the others, in their order; of targets with one container
/// the last counts.
std::vector<Target> join(std::span<const Target> processes, std::span<const Target> containers);

}  // namespace invar::discovery_process
