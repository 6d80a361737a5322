#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "src/runtime/cluster_identity.h"
#include "src/runtime/module.h"

namespace invar {

/// The HTTP API's list of a module's components, without arguments, exports and debug info. On main.
std::string components_json(const Module& module);
/// One component with everything; nullopt when the module has none of that id.
std::optional<std::string> component_json(const Module& module, std::string_view local_id);

/// Names of the unhealthy components of a module and those inside it, joined by `, `; empty when all is well.
std::string unhealthy_components(const Module& module);

/// The members of the cluster: this process alone. `[{"name":..,"addr":..,"isSelf":true,"state":"participant"}]`
std::string peers_json(const ClusterIdentity& cluster);

}  // namespace invar
