#include "src/cli/lint/settings_files.h"

#include <filesystem>

#include "src/io/file.h"
#include "src/text/path.h"

namespace invar::lint_command {
namespace {

constexpr std::string_view kName = ".invar.toml";
constexpr size_t kLargest = 1u << 20;

}  // namespace

std::string absolute_path(const std::string& path) {
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(path, failed);
  return cleaned_path(failed ? path : absolute.string());
}

SettingsFiles SettingsFiles::none() {
  SettingsFiles files(std::nullopt);
  files.ignored_ = true;
  return files;
}

Result<const lint::Settings*> SettingsFiles::of_file(const std::string& path) { return of_directory(directory_of(absolute_path(path))); }

Result<const lint::Settings*> SettingsFiles::of_working_directory() { return of_directory(absolute_path(".")); }

Result<const lint::Settings*> SettingsFiles::of_directory(const std::string& directory) {
  if (ignored_) return &nothing_;
  if (only_) return read(*only_);
  if (const auto known = by_directory_.find(directory); known != by_directory_.end()) return known->second;
  const std::string path = joined_path(directory, kName);
  const auto stat = stat_path(path);
  const bool here = stat && stat->is_regular();
  const std::string above = directory_of(directory);
  auto settings = here ? read(path) : above == directory ? Result<const lint::Settings*>(&nothing_) : of_directory(above);
  if (settings) by_directory_[directory] = *settings;
  return settings;
}

Result<const lint::Settings*> SettingsFiles::read(const std::string& path) {
  if (const auto known = files_.find(path); known != files_.end()) return known->second.get();
  auto text = read_file(path, kLargest);
  if (!text) return text.error();
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>(path, std::move(*text));
  lint::Settings settings = lint::read_settings(source, diagnostics);
  if (!diagnostics.empty()) return Error{render(diagnostics), "settings"};
  settings.directory = directory_of(absolute_path(path));
  return files_.emplace(path, std::make_unique<const lint::Settings>(std::move(settings))).first->second.get();
}

}  // namespace invar::lint_command
