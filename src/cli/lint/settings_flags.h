#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/cli/flags.h"
#include "src/lint/settings.h"

namespace invar::lint_command {

/// Flags of every command that lints.
namespace flag {
using enum FlagType;
inline constexpr Flag kChartVersion{"chart-version", kString, "", "Version of the k8s-monitoring chart that values are for; otherwise they tell"};
inline constexpr Flag kConfig{"config", kString, "", "Settings file instead of the nearest .invar.toml above each input"};
inline constexpr Flag kExtendSelect{"extend-select", kStrings, "", "Codes to report besides the others: INV150, INV1, ALL"};
inline constexpr Flag kCommunity{"feature.community-components.enabled", kBool, "false", "Enable community components."};
inline constexpr Flag kIgnore{"ignore", kStrings, "", "Codes not to report: INV150, INV1, ALL"};
inline constexpr Flag kNoConfig{"no-config", kBool, "false", "Read no .invar.toml"};
inline constexpr Flag kSelect{"select", kStrings, "", "The only codes to report: INV150, INV1, ALL (hints too)"};
inline constexpr Flag kStabilityLevel{"stability.level", kString, "auto", "What Alloy is started with: generally-available, public-preview, experimental, or auto (read where the input says it)"};
inline constexpr Flag kTarget{"target", kString, "alloy", "What will run the config: alloy, or invar (an error for each component that this build cannot run)"};
inline constexpr Flag kValuesRoot{"values-root", kString, "", "Path of the chart's values in those of an umbrella chart: monitoring.k8s"};
}  // namespace flag

/// What flags say in the terms of a settings file, those that a command has. The error is that of the command line.
std::optional<std::string> read_settings(const ParsedFlags& parsed, std::span<const Flag> flags, lint::Settings& settings);

}  // namespace invar::lint_command
