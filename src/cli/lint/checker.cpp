#include "src/cli/lint/checker.h"

#include <algorithm>
#include <filesystem>

#include "src/runtime/build_info.h"
#include "stdlib/functions/library.h"

namespace invar::lint_command {
namespace {

using lint::FailOn, lint::Finding, lint::Selection, lint::Settings;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) { to.insert(to.end(), more.begin(), more.end()); }

/// Codes chosen on the command line begin anew; otherwise they are added to those of the file.
Selection layered(const Selection& flags, const Selection& file) {
  if (flags.select) return flags;
  Selection both = file;
  append(both.extend_select, flags.extend_select);
  append(both.ignore, flags.ignore);
  return both;
}

Settings layered(const Settings& flags, const Settings& file) {
  Settings both = file;
  both.selection = layered(flags.selection, file.selection);
  if (flags.fail_on) both.fail_on = flags.fail_on;
  if (flags.stability_level) both.stability_level = flags.stability_level;
  if (flags.community) both.community = flags.community;
  if (flags.target) both.target = flags.target;
  // Who fails on hints wants to see them.
  if (both.fail_on == FailOn::kInfo && !both.selection.select) both.selection.extend_select.emplace_back("ALL");
  return both;
}

/// The path as globs of the settings see it.
std::string relative_path(const Settings& settings, const std::string& file) {
  return std::filesystem::path(absolute_path(file)).lexically_relative(settings.directory);
}

bool is_listed(const std::vector<std::string>& globs, const Settings& settings, const std::string& file) {
  if (globs.empty()) return false;
  const std::string path = relative_path(settings, file);
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return lint::fits_path(glob, path); });
}

lint::LintOptions options_of(const Settings& settings, const Input& input, const Members& library) {
  lint::LintOptions options;
  options.library = &library;
  options.may_be_module = input.found || is_listed(settings.modules, settings, input.files.front()->name());
  options.for_invar = settings.target == "invar";
  Stability level;
  if (settings.stability_level && parse_stability(*settings.stability_level, level)) options.gate = FeatureGate{level, settings.community.value_or(false)};
  return options;
}

/// The codes that the settings do not want to see in a file.
std::vector<std::string> ignored_for(const Settings& settings, const std::string& file) {
  std::vector<std::string> codes;
  if (settings.per_path.empty()) return codes;
  const std::string relative = relative_path(settings, file);
  for (const Settings::PathIgnore& entry : settings.per_path)
    if (lint::fits_path(entry.glob, relative)) append(codes, entry.ignore);
  return codes;
}

/// Leaves out what the settings do not want to see.
void select(std::vector<Finding>& findings, const Settings& settings) {
  std::map<const Source*, Selection> by_file;
  std::erase_if(findings, [&](const Finding& finding) {
    auto found = by_file.find(finding.span.source);
    if (found == by_file.end()) {
      found = by_file.emplace(finding.span.source, settings.selection).first;
      append(found->second.ignore, ignored_for(settings, finding.span.source->name()));
    }
    return !found->second.holds(finding);
  });
}

lint::Document alloy_document(const Input& input) {
  lint::Document document{.name = input.files.front()->name(), .sources = input.files, .snippets = {}, .findings = {}, .secrets = {}, .notes = {}};
  document.snippets.push_back({.text = {input.files}});
  return document;
}

}  // namespace

size_t Checked::errors() const {
  return static_cast<size_t>(std::count_if(findings.begin(), findings.end(), [](const Finding& finding) { return finding.severity == lint::FindingSeverity::kError; }));
}

struct Checker::Documents {
  std::vector<lint::Document> documents;
  std::optional<std::string> foreign;
};

Checker::Checker(const Settings& flags, const lint::YamlOptions& yaml, lint::SnippetKind snippet, SettingsFiles& files)
    : flags_(flags), yaml_(yaml), snippet_(snippet), files_(files), library_(stdlib_values(kAlloyVersion)) {}

Checker::Documents Checker::documents_of(const Input& input) const {
  if (input.kind == InputKind::kAlloy) return {{alloy_document(input)}, {}};
  if (input.kind == InputKind::kSnippet) return {{lint::read_snippet(input.files.front(), snippet_)}, {}};
  lint::YamlReading reading = input.kind == InputKind::kValues ? lint::read_values(input.files, yaml_) : lint::read_yaml(input.files.front(), yaml_);
  // A chart's templates are YAML only when they are rendered; nobody meant them.
  const bool is_template = reading.outcome == lint::YamlOutcome::kUnreadable && input.found && input.files.front()->text().find("{{") != std::string_view::npos;
  if (reading.outcome == lint::YamlOutcome::kForeign || is_template) return {{}, std::move(reading.why)};
  return {std::move(reading.documents), {}};
}

Result<Settings> Checker::settings_of(const std::string& file) const {
  const auto settings = files_.of_file(file);
  if (!settings) return settings.error();
  return layered(flags_, **settings);
}

Checked Checker::check(const Input& input) const {
  const auto settings = settings_of(input.files.front()->name());
  const lint::LintOptions options = options_of(*settings, input, library_);
  Documents read = documents_of(input);
  Checked checked;
  checked.foreign = std::move(read.foreign);
  for (const lint::Document& document : read.documents) {
    lint::LintResult result = lint::lint_document(document, options);
    select(result.findings, *settings);
    append(checked.findings, result.findings);
    checked.secrets.append(result.secrets);
    checked.needs.merge(result.needs);
    for (const std::string& note : document.notes) checked.notes.push_back({document.name, note});
    append(checked.sources, document.sources);
    if (input.kind == InputKind::kAlloy) continue;
    checked.snippets += document.snippets.size();
    checked.partly_unchecked += static_cast<size_t>(
        std::count_if(document.snippets.begin(), document.snippets.end(), [](const lint::Snippet& snippet) { return snippet.partly_unchecked; }));
  }
  if (settings->community.value_or(false)) std::erase_if(checked.needs, [](const lint::NeededFeature& need) { return need.community; });
  return checked;
}

bool Checker::fails(const Finding& finding) const {
  const auto settings = settings_of(finding.span.source->name());
  const FailOn least = settings ? settings->fail_on.value_or(FailOn::kWarning) : FailOn::kWarning;
  return least != FailOn::kNever && static_cast<int>(finding.severity) >= static_cast<int>(least);
}

}  // namespace invar::lint_command
