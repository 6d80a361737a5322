#include <map>

#include "src/lint/report.h"
#include "src/lint/report_text.h"
#include "src/lint/rule.h"

namespace invar::reports_junit {
using namespace lint;
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char byte : printable(text)) {
    if (byte == '&') out += "&amp;";
    else if (byte == '<') out += "&lt;";
    else if (byte == '>') out += "&gt;";
    else if (byte == '"') out += "&quot;";
    else out += byte;
  }
  return out;
}

bool fails(const Finding& finding) { return finding.severity != FindingSeverity::kInfo; }

std::string test_case(const Finding& finding) {
  const RuleSpec* rule = find_rule(finding.code);
  const Position at = finding.span.source->position(finding.span.begin);
  std::string text = "    <testcase name=\"" + escaped(std::string(finding.code) + (rule ? " " + std::string(rule->name) : "")) + "\" classname=\"" +
                     escaped(finding.span.source->name()) + "\" file=\"" + escaped(finding.span.source->name()) + "\" line=\"" + std::to_string(at.line) + "\">\n";
  const std::string body = escaped(headline(finding)) + (finding.help.empty() ? "" : "\nhelp: " + escaped(finding.help));
  if (fails(finding))
    text += "      <failure message=\"" + escaped(finding.message) + "\" type=\"" + std::string(severity_name(finding.severity)) + "\">" + body + "</failure>\n";
  else
    text += "      <system-out>" + body + "</system-out>\n";
  return text + "    </testcase>\n";
}

/// The cases of one file; one that passes when nothing was found in it.
struct Suite {
  std::string cases;
  size_t tests = 0, failures = 0;
};

std::string write(const Report& report, const ReportOptions&) {
  std::map<std::string, Suite> suites;
  for (const std::string& file : report.summary.files) suites[file];
  for (const Finding& finding : report.findings) {
    Suite& suite = suites[finding.span.source->name()];
    suite.cases += test_case(finding);
    ++suite.tests;
    suite.failures += fails(finding);
  }
  size_t tests = 0, failures = 0;
  std::string text;
  for (auto& [file, suite] : suites) {
    if (suite.tests == 0) suite = {"    <testcase name=\"nothing found\" classname=\"" + escaped(file) + "\" file=\"" + escaped(file) + "\"/>\n", 1, 0};
    tests += suite.tests;
    failures += suite.failures;
    text += "  <testsuite name=\"" + escaped(file) + "\" tests=\"" + std::to_string(suite.tests) + "\" failures=\"" + std::to_string(suite.failures) +
            "\" errors=\"0\">\n" + suite.cases + "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"invar lint\" tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
         "\" errors=\"0\">\n" + text + "</testsuites>\n";
}

}  // namespace

extern const ReportFormat kFormat;
constinit const ReportFormat kFormat{"junit", "JUnit XML: a suite for each file", write};

}  // namespace invar::reports_junit
