#include "src/lint/document.h"

#include <algorithm>

#include "src/base/codes.h"
#include "src/lint/rule.h"
#include "src/lint/yaml_suppression.h"

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
  std::erase_if(finding.related, [&](RelatedPlace& place) {
    const auto moved = map.origin(place.span.begin, place.span.end);
    if (moved) place.span = *moved;
    return !moved;
  });
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

void hide_secrets(Finding& finding, const SecretMask& secrets) {
  finding.message = secrets.message(std::move(finding.message));
  finding.help = secrets.message(std::move(finding.help));
  for (RelatedPlace& place : finding.related) place.text = secrets.message(std::move(place.text));
  if (finding.fix) finding.fix->title = secrets.message(std::move(finding.fix->title));
}

/// The file is Alloy text itself, not YAML that holds some.
bool is_snippet(const Source& source, const Document& document) {
  return std::any_of(document.snippets.begin(), document.snippets.end(), [&](const Snippet& snippet) {
    return snippet.map.empty() && std::any_of(snippet.text.files.begin(), snippet.text.files.end(), [&](const SourcePtr& file) { return file.get() == &source; });
  });
}

/// What a comment may ignore though it was not found: of a document that is checked in part, anything.
std::set<std::string_view> codes_left_alone(const Document& document, const LintOptions& options) {
  if (std::none_of(document.snippets.begin(), document.snippets.end(), [](const Snippet& snippet) { return snippet.partly_unchecked; })) return unchecked_codes(options);
  std::set<std::string_view> codes;
  for (const RuleSpec* rule : lint_rules()) codes.insert(rule->code);
  return codes;
}

}  // namespace

void relocate(Document& document, const Source& text, const SourceMap& map) {
  std::erase_if(document.findings, [&](Finding& finding) { return finding.span.source == &text && !move_to_origin(finding, map); });
  for (Snippet& snippet : document.snippets) snippet.map = snippet.map.through(text, map);
}

LintResult lint_document(const Document& document, const LintOptions& options) {
  LintResult result{.findings = document.findings, .secrets = document.secrets, .needs = {}};
  for (const Snippet& snippet : document.snippets) {
    LintOptions own = options;
    own.is_module = own.is_module || snippet.kind == SnippetKind::kModule || snippet.kind == SnippetKind::kExpression;  // an export
    own.beside = &snippet.beside;
    own.open_references = snippet.open_references;
    if (!own.gate) own.gate = snippet.gate;
    LintResult found = lint_config(snippet.text, own);
    for (Finding& finding : found.findings) {
      if (finding.span.begin < snippet.own_begin || is_opaque(finding, snippet)) continue;
      const std::string place = snippet.tells_place ? told_place(finding, snippet) : std::string();
      if (!snippet.map.empty() && !move_to_origin(finding, snippet.map)) continue;
      finding.message += place;
      result.findings.push_back(std::move(finding));
    }
    result.secrets.append(snippet.map.empty() ? found.secrets : found.secrets.moved_to_origin(snippet.map));
    result.needs.merge(found.needs);
  }
  std::vector<Suppression> suppressions;
  for (const SourcePtr& source : document.sources) {
    if (is_snippet(*source, document)) continue;
    result.secrets.append(secrets_by_name(*source));
    for (Suppression& suppression : yaml_suppressions_of(*source)) suppressions.push_back(std::move(suppression));
  }
  apply_suppressions(std::move(suppressions), codes_left_alone(document, options), result.findings);
  for (Finding& finding : result.findings) hide_secrets(finding, result.secrets);
  std::stable_sort(result.findings.begin(), result.findings.end(), [](const Finding& a, const Finding& b) {
    const auto key = [](const Finding& finding) { return std::pair(finding.span.source ? finding.span.source->name() : std::string(), finding.span.begin); };
    return key(a) < key(b);
  });
  // One text that is used twice, by an anchor, has its mistakes once.
  const auto same = [](const Finding& a, const Finding& b) { return a.code == b.code && a.span == b.span && a.message == b.message; };
  result.findings.erase(std::unique(result.findings.begin(), result.findings.end(), same), result.findings.end());
  return result;
}

}  // namespace invar::lint
