#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/base/diagnostics.h"
#include "src/lint/selection.h"
#include "src/runtime/gate.h"

namespace invar::lint {

/// The least severity that makes lint exit with 1.
enum class FailOn : uint8_t { kInfo, kWarning, kError, kNever };
std::optional<FailOn> fail_on_named(std::string_view word);

/// What `[lint]` of a .invar.toml says. Everything has a default, and flags come before it.
struct Settings {
  /// The directory of the file: globs and paths in it are relative to that. Empty: there is no file.
  std::string directory;
  Selection selection;
  struct PathIgnore {
    std::string glob;
    std::vector<std::string> ignore;
  };
  std::vector<PathIgnore> per_path;
  std::vector<std::string> exclude;  // globs of paths that directories are searched without
  std::vector<std::string> modules;  // globs of files that are the modules of imports, also when they are named
  std::optional<FailOn> fail_on;
  std::optional<std::string> stability_level;  // auto, or a level
  std::optional<bool> community;
  std::optional<std::string> target;           // alloy or invar
  std::optional<std::string> baseline;         // path as written
};

/// Reads the text of a .invar.toml. Unknown keys, wrong types and words that mean nothing are errors at their places. Tables other than [lint] belong to others.
Settings read_settings(const SourcePtr& file, Diagnostics& diagnostics);

/// Whether a glob of the settings fits a path that is relative to their directory; one without a slash fits any file of that name.
bool fits_path(std::string_view glob, std::string_view relative);

/// The reason why this is no level; nullopt for `auto` and the levels Alloy has.
std::optional<std::string> refuse_level(std::string_view word);

}  // namespace invar::lint
