#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "src/base/source.h"

namespace invar::lint_command {

/// Files larger than this are not read: a ConfigMap holds 1 MiB, rendered manifests of a large release a few.
inline constexpr size_t kLargestFile = 32u << 20;

/// What the bytes of an input are read as.
enum class InputKind : uint8_t {
  kAlloy,    // one config
  kYaml,     // values or manifests, which the text tells
  kValues,   // values of one release, merged in order
  kSnippet,  // a bare piece of Alloy
};

struct InputOptions {
  /// What text from stdin is called; empty: <stdin>.
  std::string stdin_filename;
  /// The Alloy files of each directory named are one config, as `run DIR` loads them.
  bool as_directory = false;
  /// What named files and stdin are, whatever their names say.
  std::optional<InputKind> kind;
  /// Files of one release (`-f a -f b`), an input of their own.
  std::vector<std::string> values;
  /// Whether directories are searched without that path.
  std::function<bool(const std::string& path)> is_excluded;
};

/// One thing to check: a file, or several that are one config or one release.
struct Input {
  InputKind kind = InputKind::kAlloy;
  std::vector<SourcePtr> files;  // named as they were given, or found
  bool from_stdin = false;
  bool found = false;            // in a directory; otherwise somebody named it
};

/// A file that could not be read: an empty source of its name, and why.
struct Unreadable {
  SourcePtr file;
  std::string why;
};

struct Inputs {
  std::vector<Input> inputs;
  std::vector<Unreadable> unreadable;
};

/// Reads files, `-` (stdin), and what directories hold: *.alloy, *.river, *.yaml and *.yml, without tests (`*_test.alloy`), hidden files, hidden directories
/// and node_modules. Links to directories are not followed, so that loops and the outside are not entered; a file that several paths lead to is read once.
Inputs read_inputs(std::span<const std::string> paths, const InputOptions& options);

/// Whether a file of that name is taken for YAML.
bool is_yaml_name(std::string_view name);

}  // namespace invar::lint_command
