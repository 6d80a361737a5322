#include "src/lint/selection.h"

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/rule.h"
#include "src/text/nearest_name.h"

namespace invar::lint {
namespace {

constexpr std::string_view kAll = "ALL";

/// How well the best of the selectors fits: its length, 0 for ALL, -1 when none fits.
int best_fit(const std::vector<std::string>& selectors, std::string_view code) {
  int best = -1;
  for (const std::string& selector : selectors) {
    if (selector == kAll) best = std::max(best, 0);
    else if (code.starts_with(selector)) best = std::max(best, static_cast<int>(selector.size()));
  }
  return best;
}

/// Nothing else was looked at where these are found.
bool hides_the_rest(std::string_view code) { return code == codes::kUnreadable || code == codes::kSyntax; }

}  // namespace

bool Selection::holds(const Finding& finding) const {
  if (hides_the_rest(finding.code)) return true;
  const bool hint = finding.severity == FindingSeverity::kInfo;
  int chosen = select ? best_fit(*select, finding.code) : hint ? -1 : 0;
  chosen = std::max(chosen, best_fit(extend_select, finding.code));
  return chosen > best_fit(ignore, finding.code);
}

std::optional<std::string> refuse_selector(std::string_view selector) {
  if (selector == kAll) return std::nullopt;
  if (selector.starts_with("INV"))
    for (const RuleSpec* rule : lint_rules())
      if (rule->code.starts_with(selector)) return std::nullopt;
  const std::string nearest = nearest_rule(selector);
  return "no rule has a code that begins with \"" + std::string(selector) + "\"" +
         (nearest.empty() ? "; `invar explain` lists them, ALL means all" : "; did you mean " + nearest + "?");
}

std::string nearest_rule(std::string_view word) {
  std::vector<std::string_view> names;
  for (const RuleSpec* rule : lint_rules()) names.insert(names.end(), {rule->code, rule->name});
  const auto nearest = nearest_name(word, names);
  if (!nearest) return {};
  for (const RuleSpec* rule : lint_rules())
    if (rule->name == nearest->name) return std::string(rule->code);
  return std::string(nearest->name);
}

}  // namespace invar::lint
