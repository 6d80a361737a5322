#pragma once

#include "src/base/diagnostics.h"
#include "src/runtime/gate.h"
#include "src/runtime/module_source.h"

namespace invar {

/// What `alloy validate` says of a config, without evaluating anything: structure, labels, duplicates, references, cycles, stability, types of literals;
/// also inside declares that nobody uses. In Alloy's order; empty when the config is valid. Warnings are findings too.
Diagnostics validate(const ModuleSource& source, const FeatureGate& gate);

}  // namespace invar
