#include <array>

#include "src/cli/command.h"
#include "src/cli/config_flags.h"
#include "src/io/file.h"

namespace invar::commands_convert {
namespace {

using enum FlagType;
constexpr std::array kFlags{
    Flag{"bypass-errors", kBool, "false", "Enable bypassing errors when converting", 'b'},
    Flag{"extra-args", kString, "", kExtraArgsUsage, 'e'},
    Flag{"output", kString, "", "The filepath and filename where the output is written.", 'o'},
    Flag{"report", kString, "", "The filepath and filename where the report is written.", 'r'},
    Flag{"source-format", kString, "", kConfigFormatUsage, 'f'},
};

constexpr std::string_view kDescription = R"(The convert subcommand translates a supported config file to
an Alloy configuration file.

If the file argument is not supplied or if the file argument is "-", then
convert will read from stdin.

The -o flag can be used to write the formatted file back to disk. When -o
is not provided, convert will write the result to stdout.

The -r flag can be used to generate a diagnostic report. When -r is not
provided, no report is generated.

The -f flag can be used to specify the format we are converting from.

The -b flag can be used to bypass errors. Errors are defined as )"
                                          R"(
non-critical issues identified during the conversion where an
output can still be generated.

The -e flag can be used to pass extra arguments to the converter
which were used by the original format. Multiple arguments can be passed
by separating them with a space.)";

/// Everything is checked as Alloy does it; only the conversion itself is not there.
std::optional<std::string> run(const ParsedFlags& parsed) {
  const std::string format = parsed.text(kFlags, "source-format");
  if (format.empty()) return "source-format is a required flag";
  const std::string path = parsed.arguments.empty() ? "-" : parsed.arguments.front();
  if (path != "-") {
    const auto stat = stat_path(path);
    if (!stat) return stat.error().what;
    if (stat->is_directory()) return "cannot convert a directory";
  }
  return refuse_conversion(format);
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"convert", "convert [flags] [file]", "Convert a supported config file to Alloy", kDescription, kFlags, 0, 1, run};

}  // namespace invar::commands_convert
