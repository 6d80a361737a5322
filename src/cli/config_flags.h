#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include "src/base/diagnostics.h"
#include "src/cli/flags.h"
#include "src/runtime/gate.h"

namespace invar {

inline constexpr std::string_view kConfigFormatUsage =
    "The format of the source file. Supported formats: \"otelcol\", \"prometheus\", \"promtail\", \"static\".";
inline constexpr std::string_view kExtraArgsUsage =
    "Extra arguments from the original format used by the converter. Multiple arguments can be passed by separating them with a "
    "space.";
inline constexpr std::string_view kStabilityUsage =
    "Minimum stability level of features to enable. Supported values: \"generally-available\", \"public-preview\", \"experimental\"";

inline FeatureGate gate_of(std::span<const Flag> flags, const ParsedFlags& parsed) {
  FeatureGate gate;
  parse_stability(parsed.text(flags, "stability.level"), gate.minimum);
  gate.community = parsed.is_set(flags, "feature.community-components.enabled");
  return gate;
}

/// Why a text of that format is not converted: nothing here can.
inline std::string refuse_conversion(const std::string& format) {
  for (const std::string_view known : {"otelcol", "prometheus", "promtail", "static"})
    if (format == known) return "this build of invar cannot convert the format \"" + format + "\"; `alloy convert` writes a config that invar runs";
  return "(Critical) unrecognized kind \"" + format + "\" given to the config converter";
}

/// Only Alloy's own format is read here. The error, if another one is asked for.
inline std::optional<std::string> refuse_format(std::span<const Flag> flags, const ParsedFlags& parsed) {
  const std::string format = parsed.text(flags, "config.format");
  if (format == "alloy") return std::nullopt;
  return refuse_conversion(format);
}

/// Diagnostics with their excerpts on stderr, and the newline on stdout that Alloy prints behind them.
inline void print_diagnostics(const Diagnostics& diagnostics) {
  const std::string text = render(diagnostics);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

}  // namespace invar
