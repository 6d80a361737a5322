#include <array>
#include <cstdio>

#include "src/cli/command.h"
#include "src/lint/rule_page.h"

namespace invar::commands_explain {
namespace {

constexpr std::string_view kDescription = R"(The explain subcommand tells what a code of lint means: why it is wrong, what is proven before it is reported, a config that is found and one that is not, and when to ignore it.

Without a code it lists all of them. Needs no network.)";

int run(const ParsedFlags& parsed) {
  if (parsed.arguments.empty()) {
    for (const lint::RuleSpec* rule : lint_rules())
      std::printf("%s %-8s %s\n", std::string(rule->code).c_str(), std::string(lint::severity_name(rule->severity)).c_str(), std::string(rule->name).c_str());
    return 0;
  }
  for (const std::string& wanted : parsed.arguments) {
    const lint::RuleSpec* found = nullptr;
    for (const lint::RuleSpec* rule : lint_rules())
      if (rule->code == wanted || rule->name == wanted) found = rule;
    if (!found) return std::fprintf(stderr, "Error: there is no rule %s; `invar explain` lists them\n", wanted.c_str()), 2;
    const std::string page = lint::rule_page(*found);
    std::fwrite(page.data(), 1, page.size(), stdout);
  }
  return 0;
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{.name = "explain", .use = "explain [code]...", .brief = "Tell what a code of lint means", .description = kDescription,
                                 .flags = {}, .fewest = 0, .most = 100, .run_own = run};

}  // namespace invar::commands_explain
