#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace invar::lint {

/// The whole file.
inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Where what was recorded lies, if it is here: $INVAR_SHARED, or beside the repository.
inline std::filesystem::path shared_folder() {
  const char* const shared = std::getenv("INVAR_SHARED");
  return shared ? std::filesystem::path(shared) : std::filesystem::path(INVAR_ROOT) / "../shared";
}
inline std::filesystem::path charts() { return shared_folder() / "charts"; }

}  // namespace invar::lint
