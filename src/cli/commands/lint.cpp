#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "src/base/quote.h"
#include "src/cli/command.h"
#include "src/cli/lint/run.h"
#include "src/cli/lint/settings_flags.h"

namespace invar::commands_lint {
namespace {

using lint_command::Request;

constexpr std::string_view kBaselineName = ".invar-baseline.json";

using enum FlagType;
constexpr std::array kFlags{
    Flag{"as-dir", kBool, "false", "The *.alloy files of each directory are one config, as run loads it; otherwise they are when they refer to each other"},
    Flag{"baseline", kString, "", "File of known findings, which are not reported"},
    lint_command::flag::kChartVersion,
    Flag{"color", kString, "auto", "Colours: auto (on a terminal, unless NO_COLOR is set), always or never"},
    lint_command::flag::kConfig,
    Flag{"diff", kBool, "false", "Show what --fix would change, as a diff; change nothing. Exits with 1 when there is something"},
    Flag{"exclude", kStrings, "", "Globs of paths that directories are searched without"},
    lint_command::flag::kExtendSelect,
    Flag{"fail-on", kString, "warning", "Exit with 1 when there is a finding of this severity, or a worse one: error, warning, info or never"},
    lint_command::flag::kCommunity,
    Flag{"fix", kBool, "false", "Make the fixes that keep what the author meant"},
    Flag{"format", kString, "pretty", "How findings are shown: pretty, concise, json, sarif, github or junit"},
    Flag{"group", kBool, "false", "Show the same finding at many places once"},
    Flag{"helm-values", kBool, "false", "The files named, and stdin, are Helm values"},
    lint_command::flag::kIgnore,
    Flag{"k8s", kBool, "false", "The files named, and stdin, are Kubernetes manifests, as helm template prints them"},
    lint_command::flag::kNoConfig,
    lint_command::flag::kSelect,
    Flag{"set", kStrings, "", "A value as helm takes it, merged over those of -f: path=value"},
    Flag{"set-string", kStrings, "", "The same, as a string"},
    lint_command::flag::kStabilityLevel,
    Flag{"statistics", kBool, "false", "Show how often each code was found instead of the findings"},
    Flag{"stdin-filename", kString, "", "Name of the text that comes through -"},
    lint_command::flag::kTarget,
    Flag{"unsafe-fixes", kBool, "false", "Make the fixes that somebody should look at, too"},
    Flag{"values", kStrings, "", "Values files of one release, merged as Helm merges them; findings stand in the file that wins", 'f'},
    lint_command::flag::kValuesRoot,
    Flag{"wrap", kString, "", "The files named, and stdin, are pieces of Alloy: stages, discovery-rules, metric-rules, write-relabel, config or processor"},
    Flag{"write-baseline", kString, "", "Write all findings to a file (--baseline, or the one given here) and report none", 0, false, false, kBaselineName},
};

constexpr std::string_view kDescription = R"(The lint subcommand finds what Alloy would refuse, or silently not do, without running anything. It opens no network and reads no environment variable.

Each path is a file, - for stdin, or a directory in which every config is looked for; without a path it is the current directory.
Files hold Alloy text, Helm values of the k8s-monitoring or alloy chart, or Kubernetes manifests.

Findings go to stdout, a summary to stderr. `invar explain INVnnn` tells what a finding means.

A comment `// invar:ignore INV150 reason` before a statement leaves a finding out, [lint] in .invar.toml changes the defaults.

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 an input that cannot be read or a wrong flag, 3 an error in lint itself. The highest holds.)";

bool wants_color(const std::string& word) {
  if (word != "auto") return word == "always";
  const char* const refused = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (!refused || *refused == '\0');
}

std::optional<lint::SnippetKind> snippet_named(std::string_view word) {
  using enum lint::SnippetKind;
  static constexpr std::array<std::pair<std::string_view, lint::SnippetKind>, 6> kKinds{{{"stages", kStages},
                                                                                        {"discovery-rules", kDiscoveryRules},
                                                                                        {"metric-rules", kMetricRules},
                                                                                        {"write-relabel", kWriteRelabel},
                                                                                        {"config", kConfig},
                                                                                        {"processor", kProcessor}}};
  for (const auto& [name, kind] : kKinds)
    if (name == word) return kind;
  return std::nullopt;
}

/// What is read, and as what.
std::optional<std::string> read_inputs(const ParsedFlags& parsed, Request& request) {
  request.values = parsed.texts("values");
  request.paths = parsed.arguments.empty() && request.values.empty() ? std::vector<std::string>{"."} : parsed.arguments;
  request.stdin_filename = parsed.text(kFlags, "stdin-filename");
  request.as_directory = parsed.is_set(kFlags, "as-dir");
  request.yaml.values_root = parsed.text(kFlags, "values-root");
  request.yaml.chart_version = parsed.text(kFlags, "chart-version");
  for (const std::string& text : parsed.texts("set")) request.yaml.set.push_back({text, false});
  for (const std::string& text : parsed.texts("set-string")) request.yaml.set.push_back({text, true});
  const bool values = parsed.is_set(kFlags, "helm-values"), manifests = parsed.is_set(kFlags, "k8s"), wrapped = parsed.is_given("wrap");
  if (values + manifests + wrapped > 1) return "--helm-values, --k8s and --wrap do not go together";
  if (values || !request.values.empty()) request.yaml.kind = lint::YamlKind::kHelmValues;
  if (manifests) request.yaml.kind = lint::YamlKind::kManifests;
  if (values || manifests) request.kind = lint_command::InputKind::kYaml;
  if (!wrapped) return std::nullopt;
  const std::string word = parsed.text(kFlags, "wrap");
  const auto kind = snippet_named(word);
  if (!kind) return "unknown kind " + invar::quoted(word) + " of --wrap: stages, discovery-rules, metric-rules, write-relabel, config or processor";
  request.kind = lint_command::InputKind::kSnippet;
  request.snippet = *kind;
  return std::nullopt;
}

std::optional<std::string> read_request(const ParsedFlags& parsed, Request& request) {
  if (auto why = lint_command::read_settings(parsed, kFlags, request.flags)) return why;
  if (auto why = read_inputs(parsed, request)) return why;
  const std::string format = parsed.text(kFlags, "format"), color = parsed.text(kFlags, "color");
  request.format = lint::find_report_format(format);
  if (!request.format) {
    std::string known;
    for (const lint::ReportFormat* each : report_formats()) known += (known.empty() ? "" : ", ") + std::string(each->name);
    return "unknown format " + invar::quoted(format) + ": one of " + known;
  }
  if (color != "auto" && color != "always" && color != "never") return "unknown value " + invar::quoted(color) + " of --color: auto, always or never";
  request.report.color = wants_color(color);
  request.report.group = parsed.is_set(kFlags, "group");
  request.diff = parsed.is_set(kFlags, "diff");
  request.unsafe = parsed.is_set(kFlags, "unsafe-fixes");
  request.fix = request.unsafe || request.diff || parsed.is_set(kFlags, "fix");
  request.statistics = parsed.is_set(kFlags, "statistics");
  request.no_settings_file = parsed.is_set(kFlags, "no-config");
  if (parsed.is_given("config")) request.settings_file = parsed.text(kFlags, "config");
  if (parsed.is_given("baseline")) request.baseline = parsed.text(kFlags, "baseline");
  // Without a path of its own it goes where --baseline reads it.
  if (parsed.is_given("write-baseline")) {
    request.write_baseline = parsed.text(kFlags, "write-baseline");
    if (request.write_baseline == kBaselineName && request.baseline) request.write_baseline = request.baseline;
  }
  if (request.write_baseline && request.fix) return "--write-baseline and fixes do not go together";
  return std::nullopt;
}

int run(const ParsedFlags& parsed) {
  Request request;
  if (const auto wrong = read_request(parsed, request)) return std::fprintf(stderr, "Error: %s\n", wrong->c_str()), kUsageError;
  return lint_command::run(request);
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{.name = "lint", .use = "lint [flags] [path]...", .brief = "Find mistakes before they reach production",
                                 .description = kDescription, .flags = kFlags, .fewest = 0, .most = 100'000, .run_own = run};

}  // namespace invar::commands_lint
