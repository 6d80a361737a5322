#include "src/lint/rule_example.h"

#include "src/base/codes.h"
#include "src/lint/document.h"
#include "src/lint/report.h"
#include "src/lint/yaml_documents.h"

namespace invar::lint {
namespace {

std::string shown(const std::vector<Finding>& findings, std::string_view code) {
  Report report;
  for (const Finding& finding : findings)
    if (finding.code == code) report.findings.push_back(finding);
  std::string text = find_report_format("pretty")->write(report, {});
  if (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace

std::string example_findings(const RuleSpec& rule, const Members& library) {
  const bool values = rule.examples == ExampleKind::kValues;
  const auto source = std::make_shared<const Source>(values ? "values.yaml" : "config.alloy", std::string(rule.bad));
  if (values) {
    const YamlReading reading = read_yaml(source, {});
    std::vector<Finding> findings;
    for (const Document& document : reading.documents)
      for (Finding& finding : lint_document(document, {.library = &library}).findings) findings.push_back(std::move(finding));
    return shown(findings, rule.code);
  }
  ConfigText text;
  text.files = {source};
  // Two rules speak only where a flag says what is allowed and what runs the config.
  const FeatureGate gate = rule.code == codes::kStability ? FeatureGate{} : FeatureGate{Stability::kExperimental, true};
  return shown(lint(text, {.gate = gate, .for_invar = rule.code == kNotBuilt, .library = &library}), rule.code);
}

}  // namespace invar::lint
