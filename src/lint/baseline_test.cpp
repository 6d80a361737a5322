#include "src/lint/baseline.h"

#include <doctest/doctest.h>

#include "src/lint/fingerprint.h"

namespace invar::lint {
namespace {

std::string same_name(const std::string& file) { return file; }
bool never(const std::string&) { return false; }

/// A finding on each line that holds `x`.
Report report_of(const Source& source) {
  Report report;
  report.summary.files = {source.name()};
  for (size_t at = source.text().find('x'); at != std::string_view::npos; at = source.text().find('x', at + 1))
    report.findings.push_back({"INV110", FindingSeverity::kError, {&source, static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1)}, "no x", ""});
  return report;
}

TEST_CASE("known findings are left out wherever they have moved to") {
  const Source before("a", "one x\ntwo x\ntwo x\n"), after("a", "zero\n\n  two x\none\ntwo x\nthree x\n");
  const Baseline baseline = *Baseline::parse(Baseline::of(report_of(before), same_name).text());
  CHECK(baseline.size() == 3);
  Report report = report_of(after);
  baseline.apply(report, same_name, never);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings.front().span.source->position(report.findings.front().span.begin).line == 6);
  CHECK(report.summary.in_baseline == 2);
  CHECK(report.summary.stale == 1);
}

TEST_CASE("entries of files that were not looked at are stale only when they are gone") {
  const Source source("a", "x"), other("b", "x");
  const Baseline baseline = Baseline::of(report_of(source), same_name);
  Report report = report_of(other);
  baseline.apply(report, same_name, never);
  CHECK(report.findings.size() == 1);
  CHECK(report.summary.stale == 0);
  baseline.apply(report, same_name, [](const std::string& name) { return name == "a"; });
  CHECK(report.summary.stale == 1);
}

TEST_CASE("a fingerprint has no places in it") {
  const Source source("a", "x");
  const auto of = [&](std::string message) { return fingerprint({"INV113", FindingSeverity::kError, {&source, 0, 1}, std::move(message), ""}, {}); };
  CHECK(of("declared at a:3:15") == of("declared at a:40:2"));
  CHECK(of("on line 3") == of("on line 14"));
  CHECK(of("port 3") != of("port 4"));
}

TEST_CASE("what is no baseline is refused") {
  for (const char* text : {"", "[]", "{}", R"({"version":2,"findings":[]})", R"({"version":1})", R"({"version":1,"findings":[{}]})", R"({"version":1,"findings":[3]})"})
    CHECK_FALSE(Baseline::parse(text));
  CHECK(Baseline::parse(R"({"version":1,"findings":[]})"));
}

}  // namespace
}  // namespace invar::lint
