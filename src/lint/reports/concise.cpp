#include "src/lint/report.h"
#include "src/lint/report_text.h"

namespace invar::reports_concise {
using namespace lint;
namespace {

std::string write(const Report& report, const ReportOptions& options) {
  std::string text;
  for (const FindingGroup& group : groups_of(report.findings, options.group)) {
    text += headline(report.findings[group.members.front()]);
    if (group.members.size() > 1) text += " (and " + counted(group.members.size() - 1, "more") + ")";
    text += "\n";
  }
  return text;
}

}  // namespace

extern const ReportFormat kFormat;
constinit const ReportFormat kFormat{"concise", "a line for each finding, as compilers print them", write};

}  // namespace invar::reports_concise
