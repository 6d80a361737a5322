#include "src/lint/document.h"

#include <algorithm>

#include "src/base/codes.h"

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

/// ` (ConfigMap logs/alloy, config.alloy:12)`: lines count from where the text begins.
std::string told_place(const Finding& finding, const Snippet& snippet) {
  const Source& text = *snippet.text.files.front();
  const uint32_t first = text.position(snippet.own_begin).line;
  return " (" + snippet.place + ":" + std::to_string(text.position(finding.span.begin).line - first + 1) + ")";
}

/// Only rendering tells what stands there, or whether what follows is still read as it is written.
bool is_opaque(const Finding& finding, const Snippet& snippet) {
  return std::any_of(snippet.opaque.begin(), snippet.opaque.end(), [&](const Span& span) {
    if (finding.code == codes::kSyntax) return span.begin <= finding.span.begin;
    return finding.span.begin < std::max(span.end, span.begin + 1) && span.begin < std::max(finding.span.end, finding.span.begin + 1);
  });
}

}  // namespace

void relocate(Document& document, const Source& text, const SourceMap& map) {
  std::erase_if(document.findings, [&](Finding& finding) { return finding.span.source == &text && !move_to_origin(finding, map); });
  for (Snippet& snippet : document.snippets) snippet.map = snippet.map.through(text, map);
}

std::vector<Finding> lint_document(const Document& document, const LintOptions& options) {
  std::vector<Finding> findings = document.findings;
  for (const Snippet& snippet : document.snippets) {
    LintOptions own = options;
    own.is_module = own.is_module || snippet.kind == SnippetKind::kModule || snippet.kind == SnippetKind::kExpression;  // an export
    own.beside = &snippet.beside;
    own.open_references = snippet.open_references;
    if (snippet.gate) own.gate = *snippet.gate;
    for (Finding& finding : lint(snippet.text, own)) {
      if (finding.span.begin < snippet.own_begin || is_opaque(finding, snippet)) continue;
      const std::string place = snippet.tells_place ? told_place(finding, snippet) : std::string();
      if (!snippet.map.empty() && !move_to_origin(finding, snippet.map)) continue;
      finding.message += place;
      findings.push_back(std::move(finding));
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    const auto key = [](const Finding& finding) { return std::pair(finding.span.source ? finding.span.source->name() : std::string(), finding.span.begin); };
    return key(a) < key(b);
  });
  return findings;
}

}  // namespace invar::lint
