#include "src/runtime/validate.h"

#include <array>

#include "src/cli/command.h"
#include "src/cli/config_flags.h"
#include "src/runtime/build_info.h"
#include "src/runtime/trial.h"
#include "stdlib/functions/library.h"

namespace invar::commands_validate {
namespace {

using enum FlagType;
constexpr std::array kFlags{
    Flag{"as-run", kBool, "false", "Refuse what run would refuse, with its words, without starting anything", 0, false, true},
    Flag{"config.bypass-conversion-errors", kBool, "false", "Enable bypassing errors when converting"},
    Flag{"config.extra-args", kString, "", kExtraArgsUsage},
    Flag{"config.format", kString, "alloy", kConfigFormatUsage},
    Flag{"feature.community-components.enabled", kBool, "false", "Enable community components."},
    Flag{"stability.level", kStability, "generally-available", kStabilityUsage},
};

/// What `run` says of the config, in place of what `validate` says.
std::optional<std::string> validate_as_run(const ParsedFlags& parsed) {
  const std::string path = parsed.arguments.front();
  if (path.empty()) return "path argument not provided";
  if (auto refused = refuse_format(kFlags, parsed)) return "reading config path \"" + path + "\": " + *refused;
  const Members library = stdlib_values(kAlloyVersion);
  const auto refusal = try_load(path, {.gate = gate_of(kFlags, parsed), .library = &library, .find_component = find_component});
  if (!refusal) return std::nullopt;
  if (refusal->diagnostics.empty()) return refusal->error;
  print_diagnostics(refusal->diagnostics);
  return "could not perform the initial load successfully";
}

std::optional<std::string> run(const ParsedFlags& parsed) {
  if (parsed.is_set(kFlags, "as-run")) return validate_as_run(parsed);
  const auto text = read_config(parsed.arguments.front());
  if (!text) return text.error().what;
  if (auto refused = refuse_format(kFlags, parsed)) return refused;
  static ModuleSource& source = *new ModuleSource;  // goes with the process, which ends now
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
