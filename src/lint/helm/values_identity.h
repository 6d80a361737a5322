#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/helm/chart_release.h"
#include "src/lint/helm/values.h"

namespace invar::lint {

/// Which chart's values these are, and where among the values they stand.
struct ValuesIdentity {
  Chart chart = Chart::kMonitoring;
  Layout layout = Layout::kUnknown;
  std::string sign;                // what shows it: `destinations is a list`; may be empty
  std::vector<std::string> path;   // keys above: of a sub-chart in an umbrella chart
  const HelmValue* values = nullptr;
};

/// Finds the values of these charts in `root`: itself, or below sub-charts' names (several of them). Empty when nothing there looks like them.
std::vector<ValuesIdentity> identify_values(const HelmValue& root);
/// What the values at a place that is told look like; when they look like nothing, the newest layout.
ValuesIdentity identify_values_at(const HelmValue& values, std::vector<std::string> path);

}  // namespace invar::lint
