#include "src/lint/document.h"

#include <algorithm>

namespace invar::lint {
namespace {

bool carry_over(Fix& fix, const SourceMap& map) {
  for (Edit& edit : fix.edits) {
    auto carried = map.carry_over(edit);
    if (!carried) return false;
    edit = std::move(*carried);
  }
  return true;
}

/// A finding about the text of a snippet, moved to where the text came from; false when it is about what stands around it only.
bool move_to_origin(Finding& finding, const SourceMap& map) {
  const auto origin = map.origin(finding.span.begin, finding.span.end);
  if (!origin) return false;
  finding.span = *origin;
  if (finding.fix && !carry_over(*finding.fix, map)) finding.fix.reset();
  return true;
}

}  // namespace

std::vector<Finding> lint_document(const Document& document, const LintOptions& options) {
  std::vector<Finding> findings = document.findings;
  for (const Snippet& snippet : document.snippets) {
    LintOptions own = options;
    own.is_module = own.is_module || snippet.kind == SnippetKind::kModule;
    own.beside = &snippet.beside;
    own.open_references = snippet.open_references;
    if (snippet.gate) own.gate = *snippet.gate;
    for (Finding& finding : lint(snippet.text, own))
      if (snippet.map.empty() || move_to_origin(finding, snippet.map)) findings.push_back(std::move(finding));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    const auto key = [](const Finding& finding) { return std::pair(finding.span.source ? finding.span.source->name() : std::string(), finding.span.begin); };
    return key(a) < key(b);
  });
  return findings;
}

}  // namespace invar::lint
