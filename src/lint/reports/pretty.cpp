#include "src/lint/frame.h"
#include "src/lint/report.h"
#include "src/lint/report_text.h"
#include "src/lint/terminal_color.h"

namespace invar::reports_pretty {
using namespace lint;
namespace {

constexpr size_t kPlacesShown = 5;  // of a group

std::string head(const Finding& finding, const TerminalColor& color) {
  return color.bold(printable(place_of(finding.span))) + ": " + color.strong(std::string(severity_name(finding.severity)) + " " + std::string(finding.code)) + ": " +
         printable(finding.message) + "\n";
}

std::string fix_text(const Fix& fix) { return printable(fix.title) + (fix.safe ? " (--fix)" : " (--unsafe-fixes)"); }

std::string other_places(const std::vector<Finding>& findings, const FindingGroup& group) {
  std::string text;
  for (size_t i = 1; i < group.members.size() && i <= kPlacesShown; ++i) text += (i > 1 ? ", " : "") + place_of(findings[group.members[i]].span);
  if (group.members.size() > kPlacesShown + 1) text += " and " + counted(group.members.size() - kPlacesShown - 1, "more");
  return printable(text);
}

std::string write(const Report& report, const ReportOptions& options) {
  std::string text;
  for (const FindingGroup& group : groups_of(report.findings, options.group)) {
    const Finding& finding = report.findings[group.members.front()];
    const TerminalColor color(options.color, finding.severity);
    const std::string indent = std::string(frame_margin(finding), ' ') + " = ";
    text += head(finding, color);
    if (finding.span.source->has_excerpts() && !finding.span.source->text().empty()) text += frame(finding, report.secrets, options.color);
    if (!finding.help.empty()) text += indent + color.help("help: ") + printable(finding.help) + "\n";
    if (finding.fix) text += indent + color.help("fix: ") + fix_text(*finding.fix) + "\n";
    if (group.members.size() > 1) text += indent + color.help("also: ") + other_places(report.findings, group) + "\n";
    text += "\n";
  }
  return text;
}

}  // namespace

extern const ReportFormat kFormat;
constinit const ReportFormat kFormat{"pretty", "for people: the line, marks below it, what to type", write};

}  // namespace invar::reports_pretty
