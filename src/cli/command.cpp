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

std::string with_name(std::string_view text, std::string_view name) {
  std::string out;
  for (const char c : text)
    if (c == '@')
      out += name;
    else
      out += c;
  return out;
}

void print(FILE* to, const std::string& text) { std::fwrite(text.data(), 1, text.size(), to); }

std::string version_text() {
  return "invar, version " + std::string(kVersion) + " (follows Alloy " + std::string(kAlloyVersion) + ")\n" +
         "  platform:         linux/amd64\n";
}

const Command* find_command(std::string_view name) {
  for (const Command* command : commands())
    if (command->name == name || (!command->alias.empty() && command->alias == name)) return command;
  return nullptr;
}

class Program {
 public:
  Program(std::string_view program, std::span<const std::string> line) : name_(program), product_(product_of(program)), line_(line) {}

  int run() {
    if (line_.empty()) return print(stderr, root_usage()), 0;
    const std::string& first = line_.front();
    if (first == "help") return help(line_.subspan(1));
    if (first.starts_with('-')) return root_flags();
    const Command* command = find_command(first);
    return command ? run(*command, line_.subspan(1)) : unknown_command(first);
  }

 private:
  std::string root_usage() const {
    std::string text = "Usage:\n  " + name_ + " [global options] <subcommand> [flags]\n  " + name_ + " [command]\n\nAvailable Commands:\n";
    static constexpr size_t kWidth = 11;
    std::vector<std::pair<std::string, std::string>> rows{{"help", "Help about any command"}};
    for (const Command* command : commands()) rows.emplace_back(command->name, with_name(command->brief, product_));
    std::sort(rows.begin(), rows.end());
    for (const auto& [name, brief] : rows) text += "  " + name + std::string(kWidth - std::min(kWidth, name.size()) + 1, ' ') + brief + "\n";
    text += "\nFlags:\n" + with_name(flag_usages(kRootFlags), name_);
    return text + "\nUse \"" + name_ + " [command] --help\" for more information about a command.\n";
  }

  std::string usage_of(const Command& command) const {
    std::vector<Flag> flags(command.flags.begin(), command.flags.end());
    const std::string help = "help for " + std::string(command.name);
    flags.push_back({"help", FlagType::kBool, "false", help, 'h'});
    std::string text = "Usage:\n  " + name_ + " " + std::string(command.use) + "\n";
    if (!command.alias.empty()) text += "\nAliases:\n  " + std::string(command.name) + ", " + std::string(command.alias) + "\n";
    return text + "\nFlags:\n" + flag_usages(flags);
  }

  std::string help_of(const Command& command) const {
    std::string_view text = command.description.empty() ? command.brief : command.description;
    while (text.ends_with('\n')) text.remove_suffix(1);
    return with_name(text, product_) + "\n\n" + usage_of(command);
  }

  int help(std::span<const std::string> topics) const {
    const Command* command = topics.empty() ? nullptr : find_command(topics.front());
    if (command) return print(stdout, help_of(*command)), 0;
    if (!topics.empty() && topics.front() != "help") {
      print(stdout, "Unknown help topic [`" + topics.front() + "`]\n");
      print(stderr, root_usage());
      return 0;
    }
    return print(stdout, product_ + "\n\n" + root_usage()), 0;
  }

  int root_flags() const {
    ParsedFlags parsed;
    if (auto error = parse_flags(kRootFlags, line_, parsed)) {
      print(stderr, "Error: " + *error + "\n" + root_usage() + "\n");
      return 1;
    }
    if (!parsed.arguments.empty()) {
      const Command* command = find_command(parsed.arguments.front());
      return command ? run(*command, without(parsed.arguments.front())) : unknown_command(parsed.arguments.front());
    }
    if (parsed.is_set(kRootFlags, "help")) return print(stdout, product_ + "\n\n" + root_usage()), 0;
    if (parsed.is_set(kRootFlags, "version")) return print(stdout, version_text()), 0;
    return print(stderr, root_usage()), 0;
  }

  /// The line without its command, where flags stood before it.
  std::span<const std::string> without(const std::string& command) const {
    rest_.assign(line_.begin(), line_.end());
    rest_.erase(std::find(rest_.begin(), rest_.end(), command));
    return rest_;
  }

  int run(const Command& command, std::span<const std::string> line) const {
    ParsedFlags parsed;
    const auto error = parse_flags(command.flags, line, parsed);
    for (const std::string& warning : parsed.warnings) print(stderr, warning + "\n");
    if (error) return fail(*error);
    if (parsed.help) return print(stdout, help_of(command)), 0;
    if (const size_t count = parsed.arguments.size(); count < command.fewest || count > command.most) {
      const std::string most = std::to_string(command.most);
      const std::string wanted = command.fewest == command.most ? most : "between " + std::to_string(command.fewest) + " and " + most;
      return fail("accepts " + wanted + " arg(s), received " + std::to_string(count));
    }
    const auto refused = command.run(parsed);
    return refused ? fail(*refused) : 0;
  }

  static int fail(const std::string& error) {
    print(stderr, "Error: " + error + "\n");
    return 1;
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
