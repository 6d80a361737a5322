#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/cli/flags.h"

namespace invar {

/// What invar's own commands exit with when the command line is wrong. Alloy's say 1.
inline constexpr int kUsageError = 2;

/// One command, in a file of its own in commands/: `extern const Command kCommand`. The build lists them. In its texts @ stands for the product's name, {program} for the
/// name it was called by, {tab} for a tab.
struct Command {
  std::string_view name;
  std::string_view use;         // run [flags] path
  std::string_view brief;
  std::string_view description; // may be empty
  std::span<const Flag> flags;
  size_t fewest, most;          // arguments
  /// The error that `Error: ..` shows, or nothing: then the exit code is 0. nullptr for a group of commands, which shows its help.
  std::optional<std::string> (*run)(const ParsedFlags& parsed);
  std::string_view alias = {};
  const Command* inner = nullptr;  // of a group
  size_t inner_count = 0;
  /// invar's own commands have exit codes of their own; nullptr for those that Alloy has too. Not listed where the program is called alloy.
  int (*run_own)(const ParsedFlags& parsed) = nullptr;
};

/// Written by the build, sorted by file name.
std::span<const Command* const> commands();

/// Runs the command line, without the program's own name in `line`. `program` is the name it was called by: texts show it. Returns the exit code.
int run_command_line(std::string_view program, std::span<const std::string> line);

}  // namespace invar
