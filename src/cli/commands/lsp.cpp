#include <array>
#include <cstdio>

#include "src/cli/command.h"
#include "src/cli/lint/settings_flags.h"
#include "src/cli/lsp/serve.h"

namespace invar::commands_lsp {
namespace {

namespace flag = lint_command::flag;

constexpr std::array kFlags{
    flag::kChartVersion,
    flag::kConfig,
    flag::kExtendSelect,
    flag::kCommunity,
    flag::kIgnore,
    flag::kNoConfig,
    flag::kSelect,
    flag::kStabilityLevel,
    Flag{"stdio", FlagType::kBool, "false", "Speak on stdin and stdout; it always does, and some editors say so"},
    flag::kTarget,
    flag::kValuesRoot,
};

constexpr std::string_view kDescription = R"(The lsp subcommand is a language server: an editor starts it and speaks with it on stdin and stdout (LSP 3.17).

It serves Alloy configs, and Alloy text inside Helm values of the k8s-monitoring and alloy charts, ConfigMaps and Alloy resources.
Diagnostics are what lint reports, hints too, with their fixes; hover, completion, definitions, references, rename, symbols, folding and formatting.

Files of a directory that refer to each other are one config. [lint] in .invar.toml holds here too. It opens no network and writes no file.)";

int run(const ParsedFlags& parsed) {
  lsp_command::Request request;
  if (const auto wrong = lint_command::read_settings(parsed, kFlags, request.flags)) return std::fprintf(stderr, "Error: %s\n", wrong->c_str()), kUsageError;
  // Editors have a way to show hints.
  request.flags.fail_on = lint::FailOn::kInfo;
  request.yaml.chart_version = parsed.text(kFlags, "chart-version");
  request.yaml.values_root = parsed.text(kFlags, "values-root");
  request.no_settings_file = parsed.is_set(kFlags, "no-config");
  if (parsed.is_given("config")) request.settings_file = parsed.text(kFlags, "config");
  return lsp_command::serve(request);
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{.name = "lsp", .use = "lsp [flags]", .brief = "Serve editors: the language server", .description = kDescription,
                                 .flags = kFlags, .fewest = 0, .most = 0, .run_own = run};

}  // namespace invar::commands_lsp
