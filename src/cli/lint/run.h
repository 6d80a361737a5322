#pragma once

#include <optional>
#include <string>
#include <vector>

#include "src/cli/lint/inputs.h"
#include "src/lint/report.h"
#include "src/lint/settings.h"
#include "src/lint/yaml_documents.h"

namespace invar::lint_command {

/// The command line of lint, checked.
struct Request {
  std::vector<std::string> paths;
  std::string stdin_filename;
  bool as_directory = false;
  std::optional<InputKind> kind;
  std::vector<std::string> values;  // files of one release
  lint::YamlOptions yaml;
  lint::SnippetKind snippet = lint::SnippetKind::kConfig;
  lint::Settings flags;  // what it says in the terms of a settings file
  bool no_settings_file = false;
  std::optional<std::string> settings_file;
  std::optional<std::string> baseline, write_baseline;
  const lint::ReportFormat* format = nullptr;
  lint::ReportOptions report;
  bool fix = false;     // safe fixes, in files or, with `diff`, only shown
  bool unsafe = false;  // the others too
  bool diff = false;
  bool statistics = false;
};

/// Lints, prints, writes what was asked for. Returns the exit code: 0, 1 (found something), 2 (usage, files), 3 (a mistake of lint).
int run(const Request& request);

}  // namespace invar::lint_command
