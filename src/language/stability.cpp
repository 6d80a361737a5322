#include "src/language/stability.h"

namespace invar {

std::string_view stability_name(Stability stability) {
  switch (stability) {
    case Stability::kExperimental: return "experimental";
    case Stability::kPublicPreview: return "public-preview";
    case Stability::kGenerallyAvailable: return "generally-available";
  }
  return {};
}

bool parse_stability(std::string_view name, Stability& stability) {
  for (const auto candidate : {Stability::kExperimental, Stability::kPublicPreview, Stability::kGenerallyAvailable}) {
    if (name != stability_name(candidate)) continue;
    stability = candidate;
    return true;
  }
  return false;
}

}  // namespace invar
