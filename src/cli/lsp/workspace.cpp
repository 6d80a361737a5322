#include "src/cli/lsp/workspace.h"

#include <algorithm>
#include <filesystem>

#include "src/cli/lint/checker.h"
#include "src/io/file.h"
#include "src/text/path.h"

namespace invar::lsp_command {
namespace {

// More than that is no config of a person, and would be read at every keystroke.
constexpr size_t kLargestFile = 4u << 20;

bool is_excluded(const lint::Settings& settings, const std::string& path) {
  const std::string relative = std::filesystem::path(path).lexically_relative(settings.directory);
  return std::any_of(settings.exclude.begin(), settings.exclude.end(), [&](const std::string& glob) { return lint::fits_path(glob, relative); });
}

}  // namespace

std::vector<SourcePtr> Workspace::alloy_files(const std::string& directory) {
  std::vector<SourcePtr> files;
  const auto entries = list_directory(directory);
  if (!entries) return files;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.is_directory || entry.name.starts_with('.') || !entry.name.ends_with(".alloy")) continue;
    if (const SourcePtr file = read(joined_path(directory, entry.name))) files.push_back(file);
  }
  return files;
}

SourcePtr Workspace::read(const std::string& path) {
  const auto stat = stat_path(path);
  if (!stat || !stat->is_regular()) return nullptr;
  auto text = read_file(path, kLargestFile);
  return text ? std::make_shared<const Source>(path, std::move(*text)) : nullptr;
}

lsp::Host::Checked Workspace::check(const std::vector<SourcePtr>& files, bool is_yaml) {
  lint_command::SettingsFiles settings_files = request_.no_settings_file ? lint_command::SettingsFiles::none() : lint_command::SettingsFiles(request_.settings_file);
  const lint_command::Checker checker(request_.flags, request_.yaml, lint::SnippetKind::kConfig, settings_files);
  const std::string& path = files.front()->name();
  const auto settings = checker.settings_of(path);
  if (!settings) return {.refusal = settings.error().what};
  if (files.front()->text().size() > kLargestFile || is_excluded(*settings, path)) return {.foreign = true};
  lint_command::Checked checked = checker.check({.kind = is_yaml ? lint_command::InputKind::kYaml : lint_command::InputKind::kAlloy, .files = files, .found = true});
  checked.sources.insert(checked.sources.end(), files.begin(), files.end());
  return {.findings = std::move(checked.findings), .kept = std::move(checked.sources), .foreign = checked.foreign.has_value()};
}

}  // namespace invar::lsp_command
