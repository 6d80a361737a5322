#pragma once

#include <map>
#include <memory>
#include <string>

#include "src/base/result.h"
#include "src/lint/settings.h"

namespace invar::lint_command {

/// The .invar.toml files of a run: for each directory the nearest one upwards. Reads each once.
class SettingsFiles {
 public:
  /// `only`: the one file for everything (--config); nullopt: the nearest ones.
  explicit SettingsFiles(std::optional<std::string> only) : only_(std::move(only)) {}
  /// No file at all.
  static SettingsFiles none();

  /// What holds for a file of that path. The error is all that is wrong with the settings, with their lines.
  Result<const lint::Settings*> of_file(const std::string& path);
  /// What holds in the directory lint was started in.
  Result<const lint::Settings*> of_working_directory();

 private:
  Result<const lint::Settings*> of_directory(const std::string& directory);
  Result<const lint::Settings*> read(const std::string& path);

  std::optional<std::string> only_;
  bool ignored_ = false;
  std::map<std::string, const lint::Settings*> by_directory_;
  std::map<std::string, std::unique_ptr<const lint::Settings>> files_;
  lint::Settings nothing_;
};

/// The absolute path, without `.`, `..` and links followed.
std::string absolute_path(const std::string& path);

}  // namespace invar::lint_command
