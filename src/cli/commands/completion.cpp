#include <unistd.h>

#include <array>

#include "src/cli/command.h"
#include "src/io/file.h"

namespace invar::commands_completion {
namespace {

constexpr std::array kFlags{Flag{"no-descriptions", FlagType::kBool, "false", "disable completion descriptions"}};

constexpr std::string_view kBash = R"(Generate the autocompletion script for the bash shell.

This script depends on the 'bash-completion' package.
If it is not installed already, you can install it via your OS's package manager.

To load completions in your current shell session:

{tab}source <({program} completion bash)

To load completions for every new session, execute once:

#### Linux:

{tab}{program} completion bash > /etc/bash_completion.d/{program}

#### macOS:

{tab}{program} completion bash > $(brew --prefix)/etc/bash_completion.d/{program}

You will need to start a new shell for this setup to take effect.
)";

constexpr std::string_view kFish = R"(Generate the autocompletion script for the fish shell.

To load completions in your current shell session:

{tab}{program} completion fish | source

To load completions for every new session, execute once:

{tab}{program} completion fish > ~/.config/fish/completions/{program}.fish

You will need to start a new shell for this setup to take effect.
)";

constexpr std::string_view kPowershell = R"(Generate the autocompletion script for powershell.

To load completions in your current shell session:

{tab}{program} completion powershell | Out-String | Invoke-Expression

To load completions for every new session, add the output of the above command
to your powershell profile.
)";

constexpr std::string_view kZsh = R"(Generate the autocompletion script for the zsh shell.

If shell completion is not already enabled in your environment you will need
to enable it.  You can execute the following once:

{tab}echo "autoload -U compinit; compinit" >> ~/.zshrc

To load completions in your current shell session:

{tab}source <({program} completion zsh)

To load completions for every new session, execute once:

#### Linux:

{tab}{program} completion zsh > "${fpath[1]}/_{program}"

#### macOS:

{tab}{program} completion zsh > $(brew --prefix)/share/zsh/site-functions/_{program}

You will need to start a new shell for this setup to take effect.
)";

/// A command with the words that lead to it.
struct Path {
  std::string words;  // empty: the program itself
  std::string next;   // what may follow: inner commands and flags, parted by blanks
};

void add_paths(const Command& command, const std::string& above, std::vector<Path>& paths) {
  Path path{above.empty() ? std::string(command.name) : above + " " + std::string(command.name), {}};
  for (size_t i = 0; i < command.inner_count; ++i) path.next.append(command.inner[i].name).append(" ");
  for (const Flag& flag : command.flags)
    if (!flag.deprecated) path.next.append("--").append(flag.name).append(" ");
  path.next += "--help";
  const std::string words = path.words;
  paths.push_back(std::move(path));
  for (size_t i = 0; i < command.inner_count; ++i) add_paths(command.inner[i], words, paths);
}

std::vector<Path> all_paths() {
  std::vector<Path> paths{{"", "help "}};
  for (const Command* command : commands()) paths.front().next.append(command->name).append(" ");
  paths.front().next += "--help --version";
  for (const Command* command : commands()) add_paths(*command, "", paths);
  return paths;
}

/// A `case` over the words before the one that is written, for bash and zsh.
std::string shell_function(const std::string& name) {
  std::string text = name + "() {\n  local words=\"\" word\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$word\" in -*) ;; *) words=\"$words $word\" ;; esac\n  done\n"
                     "  words=\"${words# }\"\n  local next=\"\"\n  case \"$words\" in\n";
  for (const Path& path : all_paths()) text += "    \"" + path.words + "\") next=\"" + path.next + "\" ;;\n";
  return text + "  esac\n  COMPREPLY=($(compgen -W \"$next\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n";
}

std::optional<std::string> write(const std::string& text) {
  const auto written = write_all(STDOUT_FILENO, text);
  return written ? std::nullopt : std::optional(written.error().what);
}

std::string function_name(const std::string& program) {
  std::string name = "_";
  for (const char c : program) name += isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name + "_complete";
}

std::optional<std::string> bash(const ParsedFlags& parsed) {
  const std::string name = function_name(parsed.program);
  return write("# bash completion of " + parsed.program + "\n" + shell_function(name) + "complete -o default -F " + name + " " + parsed.program + "\n");
}

std::optional<std::string> zsh(const ParsedFlags& parsed) {
  const std::string name = function_name(parsed.program);
  return write("#compdef " + parsed.program + "\nautoload -U +X bashcompinit && bashcompinit\n" + shell_function(name) + "complete -o default -F " + name + " " +
               parsed.program + "\n");
}

std::optional<std::string> fish(const ParsedFlags& parsed) {
  const bool brief = parsed.is_set(kFlags, "no-descriptions");
  std::string text = "# fish completion of " + parsed.program + "\n";
  for (const Command* command : commands()) {
    text += "complete -c " + parsed.program + " -n __fish_use_subcommand -a " + std::string(command->name);
    if (!brief && command->brief.find('@') == std::string_view::npos) text += " -d '" + std::string(command->brief) + "'";
    text += "\n";
    for (const Flag& flag : command->flags) {
      if (flag.deprecated) continue;
      text += "complete -c " + parsed.program + " -n '__fish_seen_subcommand_from " + std::string(command->name) + "' -l " + std::string(flag.name);
      text += flag.type == FlagType::kBool ? "\n" : " -r\n";
    }
    for (size_t i = 0; i < command->inner_count; ++i)
      text += "complete -c " + parsed.program + " -n '__fish_seen_subcommand_from " + std::string(command->name) + "' -a " + std::string(command->inner[i].name) + "\n";
  }
  return write(text);
}

std::optional<std::string> powershell(const ParsedFlags& parsed) {
  std::string text = "# powershell completion of " + parsed.program + "\nRegister-ArgumentCompleter -Native -CommandName '" + parsed.program +
                     "' -ScriptBlock {\n  param($word, $ast, $position)\n  $next = @{\n";
  for (const Path& path : all_paths()) text += "    '" + path.words + "' = '" + path.next + "'\n";
  return write(text +
               "  }\n  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { \"$_\" } | Where-Object { $_ -notlike '-*' -and $_ -ne $word }) -join ' '\n"
               "  \"$($next[$words])\" -split ' ' | Where-Object { $_ -like \"$word*\" } | ForEach-Object { $_ }\n}\n");
}

constexpr std::array kShells{
    Command{"bash", "bash", "Generate the autocompletion script for bash", kBash, kFlags, 0, 0, bash},
    Command{"fish", "fish [flags]", "Generate the autocompletion script for fish", kFish, kFlags, 0, 0, fish},
    Command{"powershell", "powershell [flags]", "Generate the autocompletion script for powershell", kPowershell, kFlags, 0, 0, powershell},
    Command{"zsh", "zsh [flags]", "Generate the autocompletion script for zsh", kZsh, kFlags, 0, 0, zsh},
};

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{"completion",
                                 "completion",
                                 "Generate the autocompletion script for the specified shell",
                                 "Generate the autocompletion script for {program} for the specified shell.\nSee each sub-command's help for details on how to use the "
                                 "generated script.\n",
                                 {},
                                 0,
                                 0,
                                 nullptr,
                                 {},
                                 kShells.data(),
                                 kShells.size()};

}  // namespace invar::commands_completion
