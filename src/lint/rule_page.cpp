#include "src/lint/rule_page.h"

#include <algorithm>

namespace invar::lint {
namespace {

std::string_view class_text(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kError: return "Alloy does not load it, or Helm does not render it";
    case FindingSeverity::kWarning: return "it loads, and provably does not do what is written";
    case FindingSeverity::kInfo: return "it depends on the cluster, the data or on taste; shown with `--select`";
  }
  return "";
}

std::string example(const RuleSpec& rule, std::string_view text) {
  std::string block = rule.examples == ExampleKind::kValues ? "```yaml\n" : "```alloy\n";
  block += text;
  if (!text.ends_with('\n')) block += '\n';
  return block + "```\n";
}

}  // namespace

std::string rule_page(const RuleSpec& rule, std::string_view said) {
  std::string text = "# " + std::string(rule.code) + " " + std::string(rule.name) + "\n\n" + std::string(rule.reason) + "\n\n";
  text += "**" + std::string(severity_name(rule.severity)) + "**: " + std::string(class_text(rule.severity)) + ".\n";
  if (!rule.proof.empty()) text += "\n## What is proven first\n\n" + std::string(rule.proof) + "\n";
  if (!rule.bad.empty()) text += "\n## Found\n\n" + example(rule, rule.bad);
  if (!said.empty()) text += "\n```text\n" + std::string(said) + "```\n";
  if (!rule.good.empty()) text += "\n## Not found\n\n" + example(rule, rule.good);
  text += "\n## When to ignore it\n\n" + std::string(rule.ignore) + "\n";
  if (!rule.origin.empty()) text += "\n## Where it comes from\n\n" + std::string(rule.origin) + "\n";
  return text;
}

std::string rule_index() {
  std::vector<const RuleSpec*> rules(lint_rules().begin(), lint_rules().end());
  std::sort(rules.begin(), rules.end(), [](const RuleSpec* a, const RuleSpec* b) { return a->code < b->code; });
  std::string text = "# Rules of `invar lint`\n\nWritten from the rules by `ninja reference`; `invar explain INVnnn` shows a page without this directory. INV0xx: files and "
                     "settings, INV1xx: Alloy text, INV2xx: Helm and YAML.\n\n| Code | Name | | Why |\n| --- | --- | --- | --- |\n";
  for (const RuleSpec* rule : rules)
    text += "| [" + std::string(rule->code) + "](" + std::string(rule->code) + ".md) | " + std::string(rule->name) + " | " + std::string(severity_name(rule->severity)) +
            " | " + std::string(rule->reason) + " |\n";
  return text;
}

}  // namespace invar::lint
