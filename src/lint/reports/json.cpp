#include <map>

#include "src/lint/report.h"
#include "src/lint/report_text.h"
#include "src/runtime/build_info.h"

namespace invar::reports_json {
using namespace lint;
namespace {

std::string position(const Source& source, uint32_t offset) {
  const Position at = source.position(offset);
  return "{\"line\":" + std::to_string(at.line) + ",\"col\":" + std::to_string(at.column) + "}";
}

std::string span_members(const Span& span) {
  return "\"file\":" + json_quoted(span.source->name()) + ",\"start\":" + position(*span.source, span.begin) + ",\"end\":" + position(*span.source, span.end);
}

std::string fix_text(const Finding& finding, const SecretMask& secrets) {
  if (!finding.fix || !is_showable(*finding.fix, secrets)) return "null";
  std::string edits;
  for (const Edit& edit : finding.fix->edits) edits += (edits.empty() ? "{" : ",{") + span_members(edit.span) + ",\"text\":" + json_quoted(edit.text) + "}";
  return "{\"title\":" + json_quoted(finding.fix->title) + ",\"safe\":" + (finding.fix->safe ? "true" : "false") + ",\"edits\":[" + edits + "]}";
}

std::string finding_text(const Finding& finding, const SecretMask& secrets) {
  return "{\"code\":" + json_quoted(finding.code) + ",\"severity\":" + json_quoted(severity_name(finding.severity)) + ",\"message\":" + json_quoted(finding.message) + "," +
         span_members(finding.span) + ",\"help\":" + (finding.help.empty() ? "null" : json_quoted(finding.help)) + ",\"fix\":" + fix_text(finding, secrets) + "}";
}

std::string summary_members(const Report& report) {
  const auto [infos, warnings, errors] = report.counts();
  const Summary& summary = report.summary;
  std::map<std::string_view, size_t> codes;
  for (const Finding& finding : report.findings) ++codes[finding.code];
  std::string by_code, needs;
  for (const auto& [code, count] : codes) by_code += (by_code.empty() ? "" : ",") + json_quoted(code) + ":" + std::to_string(count);
  for (const NeededFeature& need : summary.needs)
    needs += (needs.empty() ? "{" : ",{") + std::string("\"name\":") + json_quoted(need.name) + ",\"level\":" +
             json_quoted(need.community ? std::string_view("community") : stability_name(need.level)) + "}";
  std::string text;
  for (const auto& [name, count] : {std::pair<std::string_view, size_t>{"errors", errors}, {"warnings", warnings}, {"infos", infos}, {"files", summary.files.size()},
                                    {"snippets", summary.snippets}, {"partly_unchecked", summary.partly_unchecked}, {"unreadable", summary.unreadable},
                                    {"foreign", summary.foreign}, {"in_baseline", summary.in_baseline}, {"stale_in_baseline", summary.stale}})
    text += json_quoted(name) + ":" + std::to_string(count) + ",";
  return text + "\"codes\":{" + by_code + "},\"needs\":[" + needs + "],\"alloy\":" + json_quoted(std::string(kAlloyRelease) + " (" + std::string(kAlloyCommit) + ")");
}

std::string write(const Report& report, const ReportOptions&) {
  std::string text;
  for (const Finding& finding : report.findings) text += (text.empty() ? "" : ",") + finding_text(finding, report.secrets);
  return "{\"version\":1,\"findings\":[" + text + "],\"summary\":{" + summary_members(report) + "}}\n";
}

}  // namespace

extern const ReportFormat kFormat;
constinit const ReportFormat kFormat{"json", "for programs: one versioned object; columns count bytes from 1", write};

}  // namespace invar::reports_json
