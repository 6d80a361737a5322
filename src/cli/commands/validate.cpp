#include "src/runtime/validate.h"

#include <array>

#include "src/cli/command.h"
#include "src/cli/config_flags.h"

namespace invar::commands_validate {
namespace {

using enum FlagType;
constexpr std::array kFlags{
    Flag{"config.bypass-conversion-errors", kBool, "false", "Enable bypassing errors when converting"},
    Flag{"config.extra-args", kString, "", kExtraArgsUsage},
    Flag{"config.format", kString, "alloy", kConfigFormatUsage},
    Flag{"feature.community-components.enabled", kBool, "false", "Enable community components."},
    Flag{"stability.level", kStability, "generally-available", kStabilityUsage},
};

std::optional<std::string> run(const ParsedFlags& parsed) {
  const auto text = read_config(parsed.arguments.front());
  if (!text) return text.error().what;
  if (auto refused = refuse_format(kFlags, parsed)) return refused;
  ModuleSource source;
  if (auto refusal = parse_config(*text, source)) {
    if (refusal->bare.empty())
      print_diagnostics(refusal->diagnostics);
    else
      std::fprintf(stderr, "validation failed: %s", refusal->bare.c_str());
    return "validation failed";
  }
  const FeatureGate gate = gate_of(kFlags, parsed);
  const Diagnostics found = invar::validate(source, gate);
  if (found.empty()) return std::nullopt;
  print_diagnostics(found);
  return "validation failed";
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"validate", "validate [flags] file", "Validate a configuration file", "", kFlags, 1, 1, run};

}  // namespace invar::commands_validate
