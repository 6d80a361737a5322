#include <algorithm>
#include <cstdio>
#include <vector>

#include "src/base/unicode.h"
#include "src/cli/command.h"
#include "src/lint/rule_example.h"
#include "src/lint/rule_page.h"
#include "src/lint/selection.h"
#include "stdlib/functions/library.h"

namespace invar::commands_explain {
namespace {

constexpr std::string_view kDescription = R"(The explain subcommand tells what a code of lint means: why it is wrong, what is proven before it is reported, a config that is found and one that is not, and when to ignore it.

Without a code it lists all of them. Needs no network.)";

void list_rules() {
  std::vector<const lint::RuleSpec*> rules(lint_rules().begin(), lint_rules().end());
  std::sort(rules.begin(), rules.end(), [](const lint::RuleSpec* a, const lint::RuleSpec* b) { return a->code < b->code; });
  for (const lint::RuleSpec* rule : rules)
    std::printf("%s %-8s %s\n", std::string(rule->code).c_str(), std::string(lint::severity_name(rule->severity)).c_str(), std::string(rule->name).c_str());
}

/// By code in any case, or by name.
const lint::RuleSpec* rule_named(const std::string& wanted) {
  std::string code = wanted;
  for (char& byte : code) byte = static_cast<char>(to_upper(static_cast<unsigned char>(byte)));
  for (const lint::RuleSpec* rule : lint_rules())
    if (rule->code == code || rule->name == wanted) return rule;
  return nullptr;
}

int run(const ParsedFlags& parsed) {
  if (parsed.arguments.empty()) list_rules();
  for (const std::string& wanted : parsed.arguments) {
    const lint::RuleSpec* rule = rule_named(wanted);
    if (!rule) {
      const std::string nearest = lint::nearest_rule(wanted);
      std::fprintf(stderr, "Error: there is no rule %s%s\n", wanted.c_str(), nearest.empty() ? "; `invar explain` lists them" : ("; did you mean " + nearest + "?").c_str());
      return kUsageError;
    }
    const std::string page = lint::rule_page(*rule, lint::example_findings(*rule, stdlib_values()));
    std::fwrite(page.data(), 1, page.size(), stdout);
  }
  return 0;
}

}  // namespace

extern const Command kCommand;
constinit const Command kCommand{.name = "explain", .use = "explain [code]...", .brief = "Tell what a code of lint means", .description = kDescription,
                                 .flags = {}, .fewest = 0, .most = 100, .run_own = run};

}  // namespace invar::commands_explain
