// Any bytes as a config for lint: no crash; what validate refuses is not passed over in silence; every report can be written; fixes come to an end and make
// nothing worse.
#include <algorithm>

#include "src/base/check.h"
#include "src/lint/baseline.h"
#include "src/lint/document.h"
#include "src/lint/fix.h"
#include "src/lint/report.h"
#include "src/runtime/validate.h"
#include "stdlib/functions/library.h"

namespace {
using namespace invar;
using namespace invar::lint;

constexpr FeatureGate kGate{Stability::kExperimental, true};

Document document_of(std::string text) {
  Document document;
  document.sources = {std::make_shared<const Source>("t.alloy", std::move(text))};
  document.snippets.push_back({.text = {document.sources}});
  return document;
}

size_t errors_of(const LintResult& result) {
  return static_cast<size_t>(
      std::count_if(result.findings.begin(), result.findings.end(), [](const Finding& finding) { return finding.severity == FindingSeverity::kError; }));
}

bool is_refused(const ConfigText& text) {
  ModuleSource source;
  return parse_config(text, source) || validate(source, kGate).has_errors();
}

void write_all_reports(const LintResult& result) {
  Report report;
  report.findings = result.findings;
  report.secrets = result.secrets;
  for (const ReportFormat* format : report_formats()) INVAR_CHECK(report.findings.empty() || !format->write(report, {}).empty());
  statistics(report);
  summary_text(report);
  const auto same = [](const std::string& name) { return name; };
  const auto baseline = Baseline::parse(Baseline::of(report, same).text());
  INVAR_CHECK(bool(baseline));
  Report known = report;
  baseline->apply(known, same, [](const std::string&) { return false; });
  INVAR_CHECK(known.summary.stale == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Document document = document_of(std::string(reinterpret_cast<const char*>(data), size));
  const LintOptions options{.gate = kGate, .library = &stdlib_values()};
  LintResult result = lint_document(document, options);
  if (is_refused(document.snippets.front().text)) {
    const std::string_view text = document.sources.front()->text();
    // Comments may ignore findings.
    INVAR_CHECK(text.find("invar:ignore") != std::string_view::npos || !result.findings.empty());
  }
  write_all_reports(result);
  for (int round = 0; round < 20; ++round) {
    FixedText fixed = apply_fixes(*document.sources.front(), result.findings, true);
    if (fixed.applied == 0) break;
    Document next = document_of(std::move(fixed.text));
    LintResult after = lint_document(next, options);
    if (errors_of(after) > errors_of(result)) break;
    document = std::move(next);
    result = std::move(after);
  }
  return 0;
}
