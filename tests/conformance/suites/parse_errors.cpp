// syntax/parse_errors: bad and good files -> all diagnostics, their summary, and what run and validate print.
#include "src/parser/parse.h"
#include "tests/conformance/suite.h"

namespace invar::parse_errors {
namespace {

Json place(const Source& source, uint32_t offset) {
  const Position at = source.position(offset);
  return {{"line", at.line}, {"col", at.column}, {"offset", at.offset}};
}

Json recorded_form(const Diagnostic& diagnostic, const Source& source) {
  const Span& span = diagnostic.span;
  return {{"severity", diagnostic.severity == Severity::kError ? "error" : "warning"},
          {"message", diagnostic.message},
          {"start", place(source, span.begin)},
          {"end", span.end > span.begin ? place(source, span.end - 1) : Json()}};
}

/// What `alloy fmt` prints: a line for each.
std::string all_lines(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += one_line(diagnostic) + "\n";
  return out;
}

Outcome run(const ConformanceCase& c) {
  const auto source = std::make_shared<const Source>(c.data["file"].get<std::string>(), text_of(c.data, "src").value());
  Diagnostics diagnostics;
  const ast::FilePtr file = parse_file(source, diagnostics);
  Json expected{{"ok", c.data["ok"]}, {"diags", c.data.value("diags", Json::array())}}, got{{"ok", file != nullptr}};
  got["diags"] = Json::array();
  for (const Diagnostic& diagnostic : diagnostics.all()) got["diags"].push_back(recorded_form(diagnostic, *source));
  const auto text = [&](const char* key, std::string ours) {
    const auto theirs = text_of(c.data, key);
    if (!theirs) return;
    expected[key] = *theirs;
    got[key] = std::move(ours);
  };
  text("error", summary(diagnostics));
  text("printed", render(diagnostics));
  text("fmt_stderr", all_lines(diagnostics));
  return verdict(difference(expected, got));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/parse_errors"}, run};

}  // namespace invar::parse_errors
