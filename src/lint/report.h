#pragma once

#include <array>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/lint/finding.h"
#include "src/lint/linter.h"

namespace invar::lint {

/// How much was looked at, and what the findings don't say.
struct Summary {
  std::vector<std::string> files;  // by name, those without findings too
  size_t snippets = 0;          // in YAML
  size_t partly_unchecked = 0;  // of them
  size_t unreadable = 0;        // files
  size_t foreign = 0;           // YAML files of directories that hold nothing for lint
  size_t in_baseline = 0;       // findings that are not shown, because they were there before
  size_t stale = 0;             // entries of the baseline that nothing is found for any more
  struct Note {
    std::string document, text;
  };
  std::vector<Note> notes;         // what documents tell of themselves: `layout 4, checked as 4.4`
  std::set<NeededFeature> needs;   // only when the level is not known
};

/// What a run of lint tells. Owns no source: findings point into documents that outlive it.
struct Report {
  std::vector<Finding> findings;
  SecretMask secrets;
  Summary summary;

  /// Findings by severity: info, warning, error.
  std::array<size_t, 3> counts() const;
};

struct ReportOptions {
  bool color = false;
  /// The same finding at many places is shown once, with the places.
  bool group = false;
  /// Where lint runs: absolute paths below it are shown as relative ones where a format wants that.
  std::string directory;
};

/// One way to write a report, in a file of its own: `reports/<name>.cpp` defines `kFormat`.
struct ReportFormat {
  std::string_view name;
  std::string_view brief;  // what it is for
  std::string (*write)(const Report& report, const ReportOptions& options);
};

/// nullptr when there is none of that name.
const ReportFormat* find_report_format(std::string_view name);

/// How often each code was found, the most frequent first, with how many of them can be mended.
std::string statistics(const Report& report);

/// The lines for stderr: notes of documents, what features are needed, `3 errors, 1 warning; checked against Alloy 1.18 (66ebea85)`.
std::string summary_text(const Report& report);

}  // namespace invar::lint

namespace invar {
/// Written by the build from the files in reports/.
std::span<const lint::ReportFormat* const> report_formats();
}  // namespace invar
