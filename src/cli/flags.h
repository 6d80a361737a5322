#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace invar {

enum class FlagType : uint8_t { kBool, kString, kInt, kDuration, kStrings, kStability };

/// One flag of a command, as the manual and --help show it.
struct Flag {
  std::string_view name;
  FlagType type;
  std::string_view default_text;  // as typed
  std::string_view usage;
  char shorthand = 0;
  bool deprecated = false;  // accepted without effect, not shown
  bool own = false;         // Alloy has no such flag
  std::string_view bare = {};  // what `--name` without a value says; then a value is given by `--name=value` only
};

/// What a command line said. Values were checked against their types.
struct ParsedFlags {
  std::map<std::string, std::string, std::less<>> values;  // of the flags that were given
  std::vector<std::string> arguments;
  std::vector<std::string> warnings;  // lines for stderr
  std::map<std::string, std::vector<std::string>, std::less<>> all;  // of kStrings, each time one was given
  bool help = false;
  std::string program;  // the name it was called by

  /// The value given, or the default of the flag.
  std::string text(std::span<const Flag> flags, std::string_view name) const;
  /// All values of a kStrings flag, in order.
  std::vector<std::string> texts(std::string_view name) const;
  bool is_given(std::string_view name) const { return values.find(name) != values.end(); }
  bool is_set(std::span<const Flag> flags, std::string_view name) const { return text(flags, name) == "true"; }
};

/// Parses as Go's pflag: two dashes, `--name=value` or `--name value`, `--` ends the flags, flags and arguments may be mixed. The error is its text.
std::optional<std::string> parse_flags(std::span<const Flag> flags, std::span<const std::string> line, ParsedFlags& parsed);

/// The lines of --help, with the help flag among them; ends with a newline. Without `own`, those that Alloy has.
std::string flag_usages(std::span<const Flag> flags, bool own = false);

}  // namespace invar
