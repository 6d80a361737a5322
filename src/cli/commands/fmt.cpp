#include <unistd.h>

#include <array>
#include <cstdio>

#include "src/cli/command.h"
#include "src/io/file.h"
#include "src/io/read_all.h"
#include "src/parser/parse.h"

namespace invar::commands_fmt {
namespace {

constexpr std::array kFlags{
    Flag{"test", FlagType::kBool, "false", "exit with non-zero when changes would be made. Cannot be used with -w/--write", 't'},
    Flag{"write", FlagType::kBool, "false", "write result to (source) file instead of stdout", 'w'},
};

constexpr std::string_view kDescription = R"(The fmt subcommand applies standard formatting rules to the
specified configuration file.

If the file argument is not supplied or if the file argument is "-", then fmt will read from stdin.

The -w flag can be used to write the formatted file back to disk. -w can not be provided when fmt is reading from stdin. When -w is not provided, fmt will write the result to stdout.)";

/// In place, so that the file keeps its mode and links to it their meaning.
Result<void> write_back(const std::string& path, std::string_view text) {
  auto file = open_file(path, OpenMode::kWriteTruncate);
  if (!file) return file.error();
  return write_all(file->get(), text);
}

std::optional<std::string> run(const ParsedFlags& parsed) {
  const bool write = parsed.is_set(kFlags, "write"), test = parsed.is_set(kFlags, "test");
  if (write && test) return "cannot use -w/--write and -t/--test at the same time";
  const bool from_stdin = parsed.arguments.empty() || parsed.arguments.front() == "-";
  if (from_stdin && write) return "cannot use -w with standard input";
  const std::string path = from_stdin ? "<stdin>" : parsed.arguments.front();
  if (!from_stdin) {
    const auto stat = stat_path(path);
    if (!stat) return stat.error().what;
    if (stat->is_directory()) return "cannot format a directory";
  }
  auto text = from_stdin ? read_all(STDIN_FILENO) : read_file(path);
  if (!text) return text.error().what;
  Diagnostics diagnostics;
  const auto source = std::make_shared<const Source>(path, *text);
  const ast::FilePtr file = parse_file(source, diagnostics);
  if (!file) {
    for (const Diagnostic& diagnostic : diagnostics.all()) std::fprintf(stderr, "%s\n", one_line(diagnostic).c_str());
    return "encountered errors during formatting";
  }
  const std::string formatted = format(*file);
  if (test && formatted != *text) return "file " + path + " is not formatted correctly";
  if (test || (write && formatted == *text)) return std::nullopt;
  const auto written = write ? write_back(path, formatted) : write_all(STDOUT_FILENO, formatted);
  return written ? std::nullopt : std::optional(written.error().what);
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"fmt", "fmt [flags] file", "Format a configuration file", kDescription, kFlags, 0, 1, run, "format"};

}  // namespace invar::commands_fmt
