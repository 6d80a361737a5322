#include <algorithm>

#include "src/base/quote.h"
#include "src/lint/fingerprint.h"
#include "src/lint/report.h"
#include "src/lint/report_text.h"
#include "src/lint/rule.h"
#include "src/lint/rule_page.h"
#include "src/runtime/build_info.h"
#include "src/text/path.h"

namespace invar::reports_sarif {
using namespace lint;
namespace {

std::string_view level_name(FindingSeverity severity) {
  return severity == FindingSeverity::kError ? "error" : severity == FindingSeverity::kWarning ? "warning" : "note";
}

std::string text_object(std::string_view text) { return "{\"text\":" + json_quoted(text) + "}"; }

/// As a reference relative to the directory lint runs in; with the scheme when the path leads elsewhere.
std::string uri_of(std::string path, std::string_view directory) {
  path = cleaned_path(path);
  std::string uri;
  if (path.starts_with(std::string(directory) + "/")) path.erase(0, directory.size() + 1);
  else if (path.starts_with('/')) uri = "file://";
  static constexpr std::string_view kPlain = "-._~/", kDigits = "0123456789ABCDEF";
  for (const char byte : path) {
    const auto code = static_cast<unsigned char>(byte);
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
    if (letter || kPlain.find(byte) != std::string_view::npos) uri += byte;
    else uri += std::string{'%', kDigits[code >> 4], kDigits[code & 15]};
  }
  return uri;
}

/// `,"endLine":3,"endColumn":7`, with the names of one end. Columns count characters.
std::string end_of(const Source& source, uint32_t offset, std::string_view line_name, std::string_view column_name) {
  const Position at = source.position(offset);
  std::string_view before = source.line(at.line).substr(0, at.column - 1);
  size_t column = 1, length = 0;
  for (; !before.empty(); before.remove_prefix(length)) decode_rune(before, length), ++column;
  return "\"" + std::string(line_name) + "\":" + std::to_string(at.line) + ",\"" + std::string(column_name) + "\":" + std::to_string(column);
}

std::string region(const Span& span) {
  return "{" + end_of(*span.source, span.begin, "startLine", "startColumn") + "," + end_of(*span.source, span.end, "endLine", "endColumn") + "}";
}

class Log {
 public:
  Log(const Report& report, const ReportOptions& options) : report_(report), options_(options), rules_(lint_rules().begin(), lint_rules().end()) {
    std::sort(rules_.begin(), rules_.end(), [](const RuleSpec* a, const RuleSpec* b) { return a->code < b->code; });
  }

  std::string text() const {
    std::string rules, results;
    for (const RuleSpec* rule : rules_) rules += (rules.empty() ? "" : ",") + rule_object(*rule);
    for (const Finding& finding : report_.findings) results += (results.empty() ? "" : ",") + result(finding);
    return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"invar\",\"version\":" +
           json_quoted(kVersion.substr(1)) + ",\"rules\":[" + rules + "]}},\"columnKind\":\"unicodeCodePoints\",\"invocations\":[{\"executionSuccessful\":" +
           (report_.summary.unreadable == 0 ? "true" : "false") + "}],\"results\":[" + results + "]}]}\n";
  }

 private:
  static std::string rule_object(const RuleSpec& rule) {
    return "{\"id\":" + json_quoted(rule.code) + ",\"name\":" + json_quoted(rule.name) + ",\"shortDescription\":" + text_object(rule.reason) +
           ",\"help\":{\"text\":" + json_quoted(rule_page(rule)) + ",\"markdown\":" + json_quoted(rule_page(rule)) + "},\"defaultConfiguration\":{\"level\":" +
           json_quoted(level_name(rule.severity)) + "}}";
  }

  std::string artifact(const Span& span) const {
    return "{\"uri\":" + json_quoted(uri_of(span.source->name(), options_.directory)) + ",\"uriBaseId\":\"%SRCROOT%\"}";
  }

  std::string physical(const Span& span) const { return "\"physicalLocation\":{\"artifactLocation\":" + artifact(span) + ",\"region\":" + region(span) + "}"; }

  std::string fixes(const Finding& finding) const {
    if (!finding.fix || finding.fix->edits.empty() || !is_showable(*finding.fix, report_.secrets)) return {};
    std::string changes;
    for (const Edit& edit : finding.fix->edits)
      changes += (changes.empty() ? "" : ",") + ("{\"artifactLocation\":" + artifact(edit.span)) + ",\"replacements\":[{\"deletedRegion\":" + region(edit.span) +
                 ",\"insertedContent\":" + text_object(edit.text) + "}]}";
    return ",\"fixes\":[{\"description\":" + text_object(finding.fix->title) + ",\"artifactChanges\":[" + changes + "]}]";
  }

  std::string related(const Finding& finding) const {
    if (finding.related.empty()) return {};
    std::string places;
    for (const RelatedPlace& place : finding.related)
      places += (places.empty() ? "{" : ",{") + physical(place.span) + ",\"message\":" + text_object(place.text) + "}";
    return ",\"relatedLocations\":[" + places + "]";
  }

  std::string result(const Finding& finding) const {
    const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const RuleSpec* spec) { return spec->code == finding.code; });
    const std::string index = rule == rules_.end() ? "" : ",\"ruleIndex\":" + std::to_string(rule - rules_.begin());
    const std::string message = finding.message + (finding.help.empty() ? "" : "; " + finding.help);
    return "{\"ruleId\":" + json_quoted(finding.code) + index + ",\"level\":" + json_quoted(level_name(finding.severity)) + ",\"message\":" + text_object(message) +
           ",\"locations\":[{" + physical(finding.span) + "}]" + related(finding) + ",\"partialFingerprints\":{\"invarFinding/v1\":" +
           json_quoted(fingerprint(finding, report_.secrets)) + "}" + fixes(finding) + "}";
  }

  const Report& report_;
  const ReportOptions& options_;
  std::vector<const RuleSpec*> rules_;
};

std::string write(const Report& report, const ReportOptions& options) { return Log(report, options).text(); }

}  // namespace

extern const ReportFormat kFormat;
constinit const ReportFormat kFormat{"sarif", "SARIF 2.1.0, for code scanning", write};

}  // namespace invar::reports_sarif
