#include "src/components/discovery/file/reading.h"

#include <algorithm>
#include <functional>
#include <set>

#include "src/base/quote.h"
#include "src/io/file.h"
#include "src/text/glob.h"

namespace invar::discovery_file {
namespace {

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

/// In small letters, with its dot.
std::string extension_of(std::string_view path) {
  const std::string_view name = last_part(path);
  std::string extension(name.substr(std::min(name.rfind('.'), name.size())));
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return extension;
}

Result<std::vector<discovery::TargetGroup>> groups_of(const std::string& path, std::string_view content) {
  const std::string extension = extension_of(path);
  if (extension == ".json") return discovery::read_json_groups(content);
  if (extension == ".yml" || extension == ".yaml") return discovery::read_yaml_groups(content);
  return Error{"unhandled file extension " + quoted(extension) + ": target groups are in .json, .yml or .yaml files", "extension"};
}

Reading::File read(const std::string& path) {
  const auto about = stat_path(path);
  const auto content = read_file(path);
  if (!content) return {path, content.error()};
  Reading::File file{path, groups_of(path, *content), std::hash<std::string>()(*content), about ? about->mtime_ns : 0};
  if (!file.groups) return file;
  for (discovery::TargetGroup& group : *file.groups) group.set("__meta_filepath", path);
  return file;
}

bool has_wildcard(std::string_view part) { return part.find_first_of("*?[\\") != part.npos; }

/// The directory of the pattern's files, and where it has wildcards itself, all that a new directory may appear in.
void append_directories(const std::string& pattern, glob::Listings& listings, std::set<std::string>& directories) {
  for (size_t slash = pattern.find('/'); slash != pattern.npos; slash = pattern.find('/', slash + 1)) {
    const std::string directory = slash == 0 ? "/" : pattern.substr(0, slash);
    const size_t next = pattern.find('/', slash + 1);
    if (next != pattern.npos && !has_wildcard(std::string_view(pattern).substr(0, next))) continue;
    if (!has_wildcard(directory)) {
      directories.insert(directory);
      continue;
    }
    const auto found = glob::find_paths(glob::from_filepath(directory), listings);
    if (!found) continue;
    for (const std::string& path : *found)
      if (const auto about = stat_path(path); about && about->is_directory()) directories.insert(path);
  }
  if (pattern.find('/') == pattern.npos) directories.insert(".");
}

}  // namespace

Reading read_files(const std::vector<std::string>& patterns) {
  Reading reading;
  glob::Listings listings;
  std::set<std::string> paths, directories;
  for (const std::string& pattern : patterns) {
    const auto found = glob::find_paths(glob::from_filepath(pattern), listings);
    if (!found) {
      reading.bad_patterns.emplace_back(pattern, found.error().what);
      continue;
    }
    for (const std::string& path : *found)
      if (paths.insert(path).second) reading.files.push_back(read(path));
    append_directories(pattern, listings, directories);
  }
  reading.directories.assign(directories.begin(), directories.end());
  return reading;
}

bool may_match(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    const auto matches = glob::match(glob::from_filepath(last_part(pattern)), name);
    return matches && *matches;
  });
}

}  // namespace invar::discovery_file
