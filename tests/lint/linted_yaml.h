#pragma once

#include <memory>
#include <string>
#include <vector>

#include "src/lint/linter.h"
#include "src/lint/report.h"
#include "src/lint/yaml_documents.h"
#include "stdlib/functions/library.h"

namespace invar::lint {

/// A YAML text, read and checked with everything allowed. Hints are left out of `findings` unless asked for.
struct Linted {
  YamlReading reading;
  std::vector<Finding> findings;

  explicit Linted(std::string text, const YamlOptions& options = {}, bool hints = false) : Linted(read_yaml(source(std::move(text)), options), hints) {}
  explicit Linted(YamlReading made, bool hints = false) : reading(std::move(made)) {
    for (const Document& document : reading.documents)
      for (Finding& finding : lint_document(document, {.library = &stdlib_values()}).findings)
        if (hints || finding.severity != FindingSeverity::kInfo) findings.push_back(std::move(finding));
  }

  static SourcePtr source(std::string text, std::string name = "x.yaml") { return std::make_shared<const Source>(std::move(name), std::move(text)); }
  std::string concise() const { return reported("concise"); }
  std::string reported(std::string_view format) const {
    Report report;
    report.findings = findings;
    return find_report_format(format)->write(report, {});
  }
  bool has(std::string_view code) const {
    for (const Finding& finding : findings)
      if (finding.code == code) return true;
    return false;
  }
  std::string notes() const {
    std::string all;
    for (const Document& document : reading.documents)
      for (const std::string& note : document.notes) all += note + "\n";
    return all;
  }
  size_t unchecked() const {
    size_t count = 0;
    for (const Document& document : reading.documents)
      for (const Snippet& snippet : document.snippets) count += snippet.partly_unchecked;
    return count;
  }
};

}  // namespace invar::lint
