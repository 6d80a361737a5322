#pragma once

#include <string>
#include <string_view>

#include "src/base/result.h"
#include "src/language/catalog.h"
#include "src/language/stability.h"

namespace invar {

/// Which features a user allows: --stability.level and --feature.community-components.enabled.
struct FeatureGate {
  Stability minimum = Stability::kGenerallyAvailable;
  bool community = false;

  /// `<feature> is at stability level .., which is below ..`
  Result<void> check(Stability stability, std::string_view feature) const;
  /// The recorded schema of a component that exists and is allowed.
  Result<const CatalogComponent*> component(std::string_view name) const;
};

}  // namespace invar
