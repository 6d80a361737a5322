#include "src/lint/report.h"

#include <algorithm>
#include <map>

#include "src/lint/report_text.h"
#include "src/lint/rule.h"
#include "src/runtime/build_info.h"

namespace invar::lint {
namespace {

struct CodeCount {
  size_t count = 0, fixable = 0;
};

std::string tally(const Report& report) {
  const auto [infos, warnings, errors] = report.counts();
  std::string text;
  const auto add = [&](size_t count, std::string_view noun) {
    if (count > 0) text += (text.empty() ? "" : ", ") + counted(count, noun);
  };
  add(errors, "error");
  add(warnings, "warning");
  add(infos, "hint");
  if (text.empty()) text = "nothing found";
  const Summary& summary = report.summary;
  if (summary.snippets > 0) text += ", " + std::to_string(summary.partly_unchecked) + " of " + counted(summary.snippets, "snippet") + " unchecked";
  return text;
}

std::string fixable_line(const Report& report) {
  size_t safe = 0, unsafe = 0;
  for (const Finding& finding : report.findings)
    if (finding.fix) ++(finding.fix->safe ? safe : unsafe);
  if (safe + unsafe == 0) return {};
  std::string text;
  if (safe > 0) text += counted(safe, "fix") + " with --fix";
  if (unsafe > 0) text += (safe > 0 ? ", " : "") + counted(unsafe, safe > 0 ? "more" : "fix") + " with --unsafe-fixes";
  return text + "; --diff shows them\n";
}

std::string needs_line(const std::set<NeededFeature>& needs) {
  std::map<std::string, std::string> names;  // by what has to be given
  for (const NeededFeature& need : needs) {
    std::string& list = names[need.community ? "--feature.community-components.enabled" : std::string(stability_name(need.level))];
    list += (list.empty() ? "" : ", ") + need.name;
  }
  std::string text;
  for (const auto& [what, list] : names) text += (text.empty() ? "needs " : "; ") + what + ": " + list;
  return text.empty() ? text : text + " (the level Alloy runs with is not known; --stability.level says it)\n";
}

/// A line for each text, with the documents that say it.
std::string note_lines(const std::vector<Summary::Note>& notes) {
  std::map<std::string_view, std::vector<std::string_view>> documents;
  for (const Summary::Note& note : notes) documents[note.text].push_back(note.document);
  std::string text;
  for (const auto& [note, names] : documents)
    text += std::string(names.front()) + (names.size() > 1 ? " and " + counted(names.size() - 1, "more") : "") + ": " + std::string(note) + "\n";
  return text;
}

}  // namespace

std::array<size_t, 3> Report::counts() const {
  std::array<size_t, 3> count{};
  for (const Finding& finding : findings) ++count[static_cast<size_t>(finding.severity)];
  return count;
}

const ReportFormat* find_report_format(std::string_view name) {
  for (const ReportFormat* format : report_formats())
    if (format->name == name) return format;
  return nullptr;
}

std::string statistics(const Report& report) {
  std::map<std::string_view, CodeCount> by_code;
  for (const Finding& finding : report.findings) {
    CodeCount& code = by_code[finding.code];
    ++code.count;
    code.fixable += finding.fix.has_value();
  }
  std::vector<std::pair<std::string_view, CodeCount>> sorted(by_code.begin(), by_code.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  std::string text;
  for (const auto& [code, count] : sorted) {
    const RuleSpec* rule = find_rule(code);
    text += std::to_string(count.count) + "\t" + std::string(code) + "\t" + std::string(rule ? rule->name : "");
    if (count.fixable > 0) text += "\t" + counted(count.fixable, "fix");
    text += "\n";
  }
  return text;
}

std::string summary_text(const Report& report) {
  const Summary& summary = report.summary;
  const std::string alloy = "Alloy " + std::string(kAlloyRelease);
  std::string text;
  if (summary.notes.size() == 1) text += summary.notes.front().text + ", " + alloy + "; ";
  else text += note_lines(summary.notes);
  text += tally(report) + "\n" + fixable_line(report) + needs_line(summary.needs);
  if (summary.in_baseline > 0) text += counted(summary.in_baseline, "finding") + " of the baseline not shown\n";
  if (summary.stale > 0) text += counted(summary.stale, "entry") + " of the baseline found nowhere any more (--write-baseline renews it)\n";
  if (summary.foreign > 0) text += counted(summary.foreign, "YAML file") + " left out: no values, no manifest with Alloy in it\n";
  return text + counted(summary.files.size(), "file") + " checked against " + alloy + " (" + std::string(kAlloyCommit) + ")\n";
}

}  // namespace invar::lint
