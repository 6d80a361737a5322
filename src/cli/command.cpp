#include "src/cli/command.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "src/base/quote.h"
#include "src/runtime/build_info.h"

namespace invar {
namespace {

constexpr std::array kRootFlags{
    Flag{"help", FlagType::kBool, "false", "help for @", 'h'},
    Flag{"version", FlagType::kBool, "false", "version for @", 'v'},
};

/// What the texts call the program: as Alloy's where it goes by that name.
std::string product_of(std::string_view program) { return program == "alloy" ? "Grafana Alloy" : "invar"; }

std::string with_names(std::string_view text, std::string_view product, std::string_view program) {
  static constexpr std::string_view kProgram = "{program}", kTab = "{tab}";
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '@') {
      out += product;
    } else if (text.substr(i).starts_with(kProgram)) {
      out += program;
      i += kProgram.size() - 1;
    } else if (text.substr(i).starts_with(kTab)) {
      out += '\t';
      i += kTab.size() - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

void print(FILE* to, const std::string& text) { std::fwrite(text.data(), 1, text.size(), to); }

/// By Alloy's name in Alloy's form, which scripts read: the release that is followed; nothing is known of a build that was not Go's.
std::string version_text(std::string_view program) {
  const std::string platform = "  platform:         linux/" + std::string(kMachine) + "\n";
  if (program == "alloy")
    return "alloy, version " + std::string(kAlloyVersion) + " (branch: , revision: unknown)\n  build user:       \n  build date:       \n  go version:       \n" + platform +
           "  tags:             \n";
  return "invar, version " + std::string(kVersion) + " (follows Alloy " + std::string(kAlloyVersion) + ")\n" + platform;
}

bool goes_by(const Command& command, std::string_view name) {
  return command.name == name || (!command.alias.empty() && command.alias == name);
}

const Command* find_command(std::string_view name) {
  for (const Command* command : commands())
    if (goes_by(*command, name)) return command;
  return nullptr;
}

const Command* find_inner(const Command& group, std::string_view name) {
  for (size_t i = 0; i < group.inner_count; ++i)
    if (goes_by(group.inner[i], name)) return &group.inner[i];
  return nullptr;
}

/// What `help` says of itself.
constexpr Command kHelp{"help", "help [command] [flags]", "Help about any command",
                        "Help provides help for any command in the application.\nSimply type {program} help [path to command] for full details.", {}, 0, 0, nullptr};

/// A command and the words that lead to it: `tools prometheus.remote_write wal-stats`.
struct Found {
  const Command* command;
  std::string path;
};

Found descend(const Command& command, std::span<const std::string>& words) {
  Found found{&command, std::string(command.name)};
  while (!words.empty()) {
    const Command* inner = find_inner(*found.command, words.front());
    if (!inner) break;
    found = {inner, found.path + " " + std::string(inner->name)};
    words = words.subspan(1);
  }
  return found;
}

class Program {
 public:
  Program(std::string_view program, std::span<const std::string> line) : name_(program), product_(product_of(program)), line_(line) {}

  int run() {
    if (line_.empty()) return print(stderr, root_usage(true)), 0;
    const std::string& first = line_.front();
    if (first == "help") return help(line_.subspan(1));
    if (first.starts_with('-')) return root_flags();
    const Command* command = find_command(first);
    return command ? run(*command, line_.subspan(1)) : unknown_command(first);
  }

 private:
  std::string named(std::string_view text) const { return with_names(text, product_, name_); }

  using Rows = std::vector<std::pair<std::string, std::string>>;  // name, brief

  static std::string command_list(Rows rows) {
    size_t width = 11;
    for (const auto& [name, brief] : rows) width = std::max(width, name.size());
    std::sort(rows.begin(), rows.end());
    std::string text = "\nAvailable Commands:\n";
    for (const auto& [name, brief] : rows) text += "  " + name + std::string(width - name.size() + 1, ' ') + brief + "\n";
    return text;
  }

  std::string root_usage(bool with_flags) const {
    Rows rows{{"help", std::string(kHelp.brief)}};
    for (const Command* command : commands())
      if (!command->run_own || name_ != "alloy") rows.emplace_back(command->name, named(command->brief));
    std::string text = "Usage:\n  " + name_ + " [global options] <subcommand>" + (with_flags ? " [flags]" : "") + "\n  " + name_ + " [command]\n";
    text += command_list(std::move(rows));
    if (with_flags) text += "\nFlags:\n" + with_names(flag_usages(kRootFlags), name_, name_);
    return text + "\nUse \"" + name_ + " [command] --help\" for more information about a command.\n";
  }

  std::string usage_of(const Found& found) const {
    const Command& command = *found.command;
    std::vector<Flag> flags(command.flags.begin(), command.flags.end());
    const std::string help = "help for " + std::string(command.name);
    flags.push_back({"help", FlagType::kBool, "false", help, 'h'});
    const std::string whole = name_ + " " + found.path;
    const std::string around = whole.substr(0, whole.size() - command.name.size());
    std::string text = "Usage:\n  " + (command.inner ? whole + " [command]" : around + std::string(command.use)) + "\n";
    if (!command.alias.empty()) text += "\nAliases:\n  " + std::string(command.name) + ", " + std::string(command.alias) + "\n";
    Rows rows;
    for (size_t i = 0; i < command.inner_count; ++i) rows.emplace_back(command.inner[i].name, named(command.inner[i].brief));
    if (command.inner) text += command_list(std::move(rows));
    text += "\nFlags:\n" + flag_usages(flags, name_ != "alloy");
    if (command.inner) text += "\nUse \"" + whole + " [command] --help\" for more information about a command.\n";
    return text;
  }

  std::string help_of(const Found& found) const {
    std::string_view text = found.command->description.empty() ? found.command->brief : found.command->description;
    while (text.ends_with('\n')) text.remove_suffix(1);
    return named(text) + "\n\n" + usage_of(found);
  }

  int help(std::span<const std::string> topics) const {
    for (const std::string& word : topics)
      if (word == "--help" || word == "-h") return print(stdout, help_of({&kHelp, "help"})), 0;
    if (topics.empty()) return print(stdout, product_ + "\n\n" + root_usage(true)), 0;
    const Command* command = topics.front() == "help" ? &kHelp : find_command(topics.front());
    if (!command) {
      print(stderr, "Unknown help topic [`" + topics.front() + "`]\n" + root_usage(false));
      return 0;
    }
    topics = topics.subspan(1);
    return print(stdout, help_of(descend(*command, topics))), 0;
  }

  int root_flags() const {
    ParsedFlags parsed;
    if (auto error = parse_flags(kRootFlags, line_, parsed)) {
      print(stderr, "Error: " + *error + "\n" + root_usage(true) + "\n");
      return 1;
    }
    if (!parsed.arguments.empty()) {
      const Command* command = find_command(parsed.arguments.front());
      return command ? run(*command, without(parsed.arguments.front())) : unknown_command(parsed.arguments.front());
    }
    if (parsed.is_set(kRootFlags, "help")) return print(stdout, product_ + "\n\n" + root_usage(true)), 0;
    if (parsed.is_set(kRootFlags, "version")) return print(stdout, version_text(name_)), 0;
    return print(stderr, root_usage(true)), 0;
  }

  /// The line without its command, where flags stood before it.
  std::span<const std::string> without(const std::string& command) const {
    rest_.assign(line_.begin(), line_.end());
    rest_.erase(std::find(rest_.begin(), rest_.end(), command));
    return rest_;
  }

  int run(const Command& outer, std::span<const std::string> line) const {
    const Found found = descend(outer, line);
    const Command& command = *found.command;
    ParsedFlags parsed;
    parsed.program = name_;
    const auto error = parse_flags(command.flags, line, parsed);
    for (const std::string& warning : parsed.warnings) print(stderr, warning + "\n");
    const int refusal = command.run_own ? kUsageError : 1;
    if (error) return fail(*error, refusal);
    if (parsed.help || (!command.run && !command.run_own)) return print(stdout, help_of(found)), 0;
    if (command.most == 0 && !parsed.arguments.empty())
      return fail("unknown command " + invar::quoted(parsed.arguments.front()) + " for " + invar::quoted(name_ + " " + found.path), refusal);
    if (const size_t count = parsed.arguments.size(); count < command.fewest || count > command.most) {
      const std::string most = std::to_string(command.most);
      const std::string wanted = command.fewest == command.most ? most : "between " + std::to_string(command.fewest) + " and " + most;
      return fail("accepts " + wanted + " arg(s), received " + std::to_string(count), refusal);
    }
    if (command.run_own) return command.run_own(parsed);
    const auto refused = command.run(parsed);
    return refused ? fail(*refused) : 0;
  }

  static int fail(const std::string& error, int code = 1) {
    print(stderr, "Error: " + error + "\n");
    return code;
  }

  static size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= b.size(); ++j) {
        const size_t above = row[j];
        row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
        diagonal = above;
      }
    }
    return row[b.size()];
  }

  int unknown_command(const std::string& given) const {
    std::string text = "unknown command " + invar::quoted(given) + " for " + invar::quoted(name_);
    std::string close;
    for (const Command* command : commands())
      if (distance(given, command->name) <= 2 || command->name.starts_with(given)) close += "\t" + std::string(command->name) + "\n";
    if (!close.empty()) text += "\n\nDid you mean this?\n" + close;
    print(stderr, "Error: " + text + "\nRun '" + name_ + " --help' for usage.\n");
    return 1;
  }

  std::string name_, product_;
  std::span<const std::string> line_;
  mutable std::vector<std::string> rest_;
};

}  // namespace

int run_command_line(std::string_view program, std::span<const std::string> line) { return Program(program, line).run(); }

}  // namespace invar
