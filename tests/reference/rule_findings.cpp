#include "tests/reference/rule_findings.h"

#include "src/base/codes.h"
#include "tests/lint/linted_yaml.h"

namespace invar::reference {
namespace {

using namespace lint;

std::string shown(const std::vector<Finding>& findings, std::string_view code) {
  Report report;
  for (const Finding& finding : findings)
    if (finding.code == code) report.findings.push_back(finding);
  std::string text = find_report_format("pretty")->write(report, {});
  if (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace

std::string findings_text(const RuleSpec& rule) {
  if (rule.examples == ExampleKind::kValues) return shown(Linted(Linted::source(std::string(rule.bad), "values.yaml"), true).findings, rule.code);
  ConfigText text;
  text.files = {Linted::source(std::string(rule.bad), "config.alloy")};
  // Two rules speak only where a flag says what is allowed and what runs the config.
  const FeatureGate gate = rule.code == codes::kStability ? FeatureGate{} : FeatureGate{Stability::kExperimental, true};
  return shown(lint::lint(text, {.gate = gate, .for_invar = rule.code == kNotBuilt, .library = &stdlib_values()}), rule.code);
}

}  // namespace invar::reference
