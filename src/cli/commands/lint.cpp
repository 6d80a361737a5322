#include "src/lint/linter.h"

#include <array>
#include <cstdio>

#include "src/cli/command.h"
#include "src/cli/config_flags.h"
#include "src/lint/report.h"
#include "src/runtime/build_info.h"
#include "stdlib/functions/library.h"

namespace invar::commands_lint {
namespace {

using enum FlagType;
constexpr std::array kFlags{
    Flag{"fail-on", kString, "warning", "Exit with 1 when there is a finding of this severity, or a worse one: error, warning, info or never"},
    Flag{"feature.community-components.enabled", kBool, "false", "Enable community components."},
    Flag{"format", kString, "pretty", "How findings are shown: pretty, concise or json"},
    Flag{"select", kString, "", "ALL shows hints (info) too"},
    Flag{"stability.level", kStability, "experimental", kStabilityUsage},
};

constexpr std::string_view kDescription = R"(The lint subcommand finds what Alloy would refuse or silently not do, without running anything.

Each path is a config file, or a directory whose *.alloy files are one config. Findings go to stdout, a summary to stderr.

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 a path that cannot be read or a wrong flag.)";

struct Settings {
  lint::LintOptions lint;
  lint::ReportFormat format = lint::ReportFormat::kPretty;
  lint::FindingSeverity shown = lint::FindingSeverity::kWarning;
  std::optional<lint::FindingSeverity> fails = lint::FindingSeverity::kWarning;
};

std::optional<std::string> read_settings(const ParsedFlags& parsed, Settings& settings) {
  using lint::FindingSeverity, lint::ReportFormat;
  settings.lint.gate = gate_of(kFlags, parsed);
  static const Members kLibrary = stdlib_values(kAlloyVersion);
  settings.lint.library = &kLibrary;
  const std::string format = parsed.text(kFlags, "format"), fail_on = parsed.text(kFlags, "fail-on"), select = parsed.text(kFlags, "select");
  if (format == "concise") settings.format = ReportFormat::kConcise;
  else if (format == "json") settings.format = ReportFormat::kJson;
  else if (format != "pretty") return "unknown format " + format + ": pretty, concise or json";
  if (fail_on == "error") settings.fails = FindingSeverity::kError;
  else if (fail_on == "info") settings.fails = settings.shown = FindingSeverity::kInfo;
  else if (fail_on == "never") settings.fails.reset();
  else if (fail_on != "warning") return "unknown severity " + fail_on + ": error, warning, info or never";
  if (select == "ALL") settings.shown = FindingSeverity::kInfo;
  else if (!select.empty()) return "unknown selection " + select + ": ALL";
  return std::nullopt;
}

int run(const ParsedFlags& parsed) {
  Settings settings;
  if (const auto wrong = read_settings(parsed, settings)) return std::fprintf(stderr, "Error: %s\n", wrong->c_str()), 2;
  std::vector<lint::Finding> shown;
  std::vector<ConfigText> texts;  // findings point into them
  bool unreadable = false, fails = false;
  for (const std::string& path : parsed.arguments) {
    auto text = read_config(path);
    if (!text) {
      std::fprintf(stderr, "Error: %s\n", text.error().what.c_str());
      unreadable = true;
      continue;
    }
    texts.push_back(std::move(*text));
    for (lint::Finding& finding : lint::lint(texts.back(), settings.lint)) {
      fails |= settings.fails && finding.severity >= *settings.fails;
      if (finding.severity >= settings.shown) shown.push_back(std::move(finding));
    }
  }
  const std::string text = lint::report(shown, settings.format);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  std::fprintf(stderr, "%s; checked against Alloy %s\n", lint::tally(shown).c_str(), std::string(kAlloyVersion).c_str());
  return unreadable ? 2 : fails ? 1 : 0;
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{.name = "lint", .use = "lint [flags] path...", .brief = "Find mistakes before they reach production",
                                 .description = kDescription, .flags = kFlags, .fewest = 1, .most = 10'000, .run_own = run};

}  // namespace invar::commands_lint
