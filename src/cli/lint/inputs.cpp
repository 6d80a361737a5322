#include "src/cli/lint/inputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "src/io/file.h"
#include "src/io/read_all.h"
#include "src/lint/directory_configs.h"
#include "src/text/path.h"

namespace invar::lint_command {
namespace {

bool is_alloy_name(std::string_view name) { return name.ends_with(".alloy") || name.ends_with(".river"); }

bool is_wanted(std::string_view name) {
  return !name.starts_with('.') && (is_alloy_name(name) || is_yaml_name(name)) && !name.ends_with("_test.alloy");
}

/// The first line that is more than a comment is `---`, or `key:` with or without a value; in Alloy neither is possible.
bool begins_as_yaml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const size_t colon = line.find(':');
    return line.starts_with("---") || (colon != std::string_view::npos && colon < line.find_first_of("{(=/") && (colon + 1 == line.size() || line[colon + 1] == ' '));
  }
  return false;
}

std::string too_large() { return "it is larger than " + std::to_string(kLargestFile >> 20) + " MiB, more than lint reads"; }

/// Waits for what comes through a pipe: `invar lint <(helm template ...)`.
Result<std::string> read_named(const std::string& path, const FileStat& stat) {
  if (stat.is_regular()) return read_file(path, kLargestFile);
  auto fd = open_file(path);
  if (!fd) return fd.error();
  if (const int flags = ::fcntl(fd->get(), F_GETFL); flags >= 0) ::fcntl(fd->get(), F_SETFL, flags & ~O_NONBLOCK);
  return read_all(fd->get(), kLargestFile);
}

class Reader {
 public:
  explicit Reader(const InputOptions& options) : options_(options) {}

  Inputs read(std::span<const std::string> paths) {
    for (const std::string& path : paths) {
      if (path == "-") stdin_input();
      else named(path);
    }
    values();
    return std::move(inputs_);
  }

 private:
  void stdin_input() {
    if (std::exchange(stdin_read_, true)) return;
    const std::string name = options_.stdin_filename.empty() ? "<stdin>" : options_.stdin_filename;
    auto text = read_all(STDIN_FILENO, kLargestFile);
    if (!text) return refuse(name, text.error());
    const auto file = std::make_shared<const Source>(name, std::move(*text));
    inputs_.inputs.push_back({kind_of(*file), {file}, true, false});
  }

  void named(const std::string& path) {
    const auto stat = stat_path(path);
    if (!stat) return refuse(path, stat.error());
    if (stat->is_directory()) return directory(cleaned_path(path), options_.as_directory);
    if (const SourcePtr file = read(path, *stat)) inputs_.inputs.push_back({kind_of(*file), {file}, false, false});
  }

  void values() {
    Input input{.kind = InputKind::kValues};
    for (const std::string& path : options_.values) {
      const auto stat = stat_path(path);
      if (!stat) refuse(path, stat.error());
      else if (const SourcePtr file = read(path, *stat)) input.files.push_back(file);
    }
    if (!input.files.empty()) inputs_.inputs.push_back(std::move(input));
  }

  /// By the name; of a name that says nothing, by how the text begins.
  InputKind kind_of(const Source& file) const {
    if (options_.kind) return *options_.kind;
    if (is_alloy_name(file.name())) return InputKind::kAlloy;
    return is_yaml_name(file.name()) || begins_as_yaml(file.text()) ? InputKind::kYaml : InputKind::kAlloy;
  }

  /// `together`: what stands directly in it is one config, and nothing below it is looked at, as `run` does.
  void directory(const std::string& path, bool together) {
    const auto entries = list_directory(path);
    if (!entries) return refuse(path, entries.error());
    std::vector<SourcePtr> configs;
    std::vector<std::string> inner;
    for (const DirectoryEntry& entry : *entries) {
      const std::string inside = joined_path(path, entry.name);
      if (entry.is_directory) {
        if (!entry.name.starts_with('.') && entry.name != "node_modules" && !options_.is_excluded(inside)) inner.push_back(inside);
        continue;
      }
      if (!is_wanted(entry.name) || (together && !entry.name.ends_with(".alloy")) || options_.is_excluded(inside)) continue;
      const SourcePtr file = found(inside);
      if (!file) continue;
      if (is_alloy_name(entry.name)) configs.push_back(file);
      else inputs_.inputs.push_back({InputKind::kYaml, {file}, false, true});
    }
    if (together) {
      if (!configs.empty()) inputs_.inputs.push_back({InputKind::kAlloy, std::move(configs), false, true});
      return;
    }
    for (ConfigText& config : lint::configs_of_directory(configs)) inputs_.inputs.push_back({InputKind::kAlloy, std::move(config.files), false, true});
    for (const std::string& directory_inside : inner) directory(directory_inside, false);
  }

  /// nullptr for what is no file behind a link, and what could not be read.
  SourcePtr found(const std::string& path) {
    const auto stat = stat_path(path);
    if (!stat) return refuse(path, stat.error()), nullptr;
    return stat->is_regular() ? read(path, *stat) : nullptr;
  }

  /// nullptr when it was read before, and when it cannot be read.
  SourcePtr read(const std::string& path, const FileStat& stat) {
    if (stat.is_regular() && !seen_.insert({stat.dev, stat.ino}).second) return nullptr;
    auto text = read_named(path, stat);
    if (!text) return refuse(path, text.error()), nullptr;
    return std::make_shared<const Source>(path, std::move(*text));
  }

  void refuse(const std::string& name, const Error& error) {
    inputs_.unreadable.push_back({std::make_shared<const Source>(name, ""), error.reason == "too_large" ? too_large() : error.what});
  }

  const InputOptions& options_;
  Inputs inputs_;
  std::set<std::pair<uint64_t, uint64_t>> seen_;  // device and inode
  bool stdin_read_ = false;
};

}  // namespace

bool is_yaml_name(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml"); }

Inputs read_inputs(std::span<const std::string> paths, const InputOptions& options) { return Reader(options).read(paths); }

}  // namespace invar::lint_command
