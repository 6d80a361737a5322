#include "src/runtime/build_info.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace invar {

std::string user_agent() {
  static constexpr std::array<std::string_view, 6> kModes{"operator", "helm", "docker", "deb", "rpm", "brew"};
  const char* given = std::getenv("ALLOY_DEPLOY_MODE");
  const std::string_view mode = given ? given : "";
  const bool known = std::find(kModes.begin(), kModes.end(), mode) != kModes.end();
  return "Alloy/" + std::string(kAlloyVersion) + " (linux; " + std::string(known ? mode : "binary") + ")";
}

}  // namespace invar
