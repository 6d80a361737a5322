#pragma once

#include <set>
#include <string>
#include <vector>

#include "src/cli/lint/inputs.h"
#include "src/cli/lint/settings_files.h"
#include "src/lint/report.h"
#include "src/lint/yaml_documents.h"

namespace invar::lint_command {

/// What was found in one input, as far as the settings want to see it.
struct Checked {
  std::vector<lint::Finding> findings;
  std::vector<SourcePtr> sources;  // that they point into
  lint::SecretMask secrets;
  std::set<lint::NeededFeature> needs;
  std::vector<lint::Summary::Note> notes;
  size_t snippets = 0, partly_unchecked = 0;
  /// YAML that holds nothing for lint, or what cannot even be told: why.
  std::optional<std::string> foreign;

  size_t errors() const;
};

/// Lints inputs by their settings: what flags say, then the nearest .invar.toml.
class Checker {
 public:
  /// `flags`: what the command line says, in the terms of a settings file; `yaml` and `snippet`: how YAML and bare snippets are read.
  Checker(const lint::Settings& flags, const lint::YamlOptions& yaml, lint::SnippetKind snippet, SettingsFiles& files);

  /// The settings for a file. The error is all that is wrong with them.
  Result<lint::Settings> settings_of(const std::string& file) const;
  /// Needs settings that can be read.
  Checked check(const Input& input) const;
  /// Whether the run fails for that finding.
  bool fails(const lint::Finding& finding) const;

 private:
  struct Documents;
  Documents documents_of(const Input& input) const;

  const lint::Settings& flags_;
  const lint::YamlOptions& yaml_;
  lint::SnippetKind snippet_;
  SettingsFiles& files_;
  Members library_;
};

}  // namespace invar::lint_command
