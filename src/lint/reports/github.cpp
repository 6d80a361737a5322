#include "src/lint/report.h"
#include "src/lint/report_text.h"
#include "src/lint/rule.h"

namespace invar::reports_github {
using namespace lint;
namespace {

std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char byte : text) {
    if (byte == '%') out += "%25";
    else if (byte == '\r') out += "%0D";
    else if (byte == '\n') out += "%0A";
    else if (property && byte == ':') out += "%3A";
    else if (property && byte == ',') out += "%2C";
    else out += byte;
  }
  return out;
}

std::string annotation(const Finding& finding) {
  const Source& source = *finding.span.source;
  const Position begin = source.position(finding.span.begin), end = source.position(finding.span.end);
  const std::string_view level = finding.severity == FindingSeverity::kError ? "error" : finding.severity == FindingSeverity::kWarning ? "warning" : "notice";
  const RuleSpec* rule = find_rule(finding.code);
  std::string text = "::" + std::string(level) + " file=" + escaped(source.name(), true) + ",line=" + std::to_string(begin.line) + ",endLine=" + std::to_string(end.line) +
                     ",col=" + std::to_string(begin.column);
  // Columns of different lines make no range there.
  if (begin.line == end.line) text += ",endColumn=" + std::to_string(end.column);
  text += ",title=" + escaped(std::string(finding.code) + (rule ? " " + std::string(rule->name) : ""), true) + "::" + escaped(headline(finding), false);
  if (!finding.help.empty()) text += escaped("\nhelp: " + printable(finding.help), false);
  return text + "\n";
}

std::string write(const Report& report, const ReportOptions&) {
  std::string text;
  for (const Finding& finding : report.findings) text += annotation(finding);
  return text;
}

}  // namespace

extern const ReportFormat kFormat;
constinit const ReportFormat kFormat{"github", "annotations of GitHub Actions", write};

}  // namespace invar::reports_github
