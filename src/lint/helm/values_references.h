#pragma once

#include <optional>
#include <set>
#include <string>

#include "src/lint/helm/values_reading.h"

namespace invar::lint {

/// `my-Loki` as the label of the components that the chart makes of it: `my_loki`.
std::string component_label(std::string_view name);

/// Components that the chart renders beside what the values bring in: those of destinations and data processors, as far as the values tell.
std::set<std::string> rendered_components(const ValuesReading& reading);

/// References of a config to components that are not in it: an error when the chart will certainly not render them on that collector, otherwise a hint that only
/// rendering tells (INV206).
void check_snippet_references(ValuesReading& reading, const Snippet& snippet, const std::optional<std::string>& collector);

}  // namespace invar::lint
