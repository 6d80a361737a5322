#include "src/runtime/gate.h"

#include "src/base/quote.h"

namespace invar {

Result<void> FeatureGate::check(Stability stability, std::string_view feature) const {
  if (stability >= minimum) return {};
  const std::string needed = invar::quoted(stability_name(stability));
  std::string what(feature);
  what.append(" is at stability level ").append(needed);
  what.append(", which is below the minimum allowed stability level ").append(invar::quoted(stability_name(minimum)));
  what.append(". Use --stability.level command-line flag to enable ").append(needed).append(" features");
  return Error{std::move(what), "stability"};
}

Result<const CatalogComponent*> FeatureGate::component(std::string_view name) const {
  const auto* known = catalog_component(name);
  const std::string quoted_name = invar::quoted(name);
  if (!known) return Error{"cannot find the definition of component name " + quoted_name, "unknown"};
  if (known->community) {
    if (community) return known;  // not subject to stability
    return Error{"the component " + quoted_name +
                     " is a community component. Use the --feature.community-components.enabled command-line flag to enable "
                     "community components",
                 "community"};
  }
  if (auto allowed = check(known->stability, "component " + quoted_name); !allowed) return allowed.error();
  return known;
}

}  // namespace invar
