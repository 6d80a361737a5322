#include "src/text/path.h"

#include <vector>

namespace invar {

std::string cleaned_path(std::string_view path) {
  std::vector<std::string_view> parts;
  const bool rooted = path.starts_with('/');
  for (size_t from = 0; from <= path.size();) {
    const size_t slash = std::min(path.find('/', from), path.size());
    const std::string_view part = path.substr(from, slash - from);
    from = slash + 1;
    if (part.empty() || part == ".") continue;
    const bool can_go_up = !parts.empty() && parts.back() != "..";
    if (part == ".." && can_go_up)
      parts.pop_back();
    else if (part != ".." || !rooted)
      parts.push_back(part);
  }
  std::string cleaned = rooted ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) cleaned.append(i > 0 ? "/" : "").append(parts[i]);
  return cleaned.empty() ? "." : cleaned;
}

std::string joined_path(std::string_view directory, std::string_view name) {
  if (directory.empty() && name.empty()) return {};
  if (directory.empty() || name.empty()) return cleaned_path(directory.empty() ? name : directory);
  return cleaned_path(std::string(directory) + "/" + std::string(name));
}

std::string directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return cleaned_path(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1));
}

}  // namespace invar
