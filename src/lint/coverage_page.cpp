#include "src/lint/coverage_page.h"

#include <algorithm>
#include <map>
#include <vector>

#include "src/lint/load_check.h"

namespace invar::lint {
namespace {

using By = LoadCheck::By;

std::string_view finder(By by) {
  switch (by) {
    case By::kTable: return "rule";
    case By::kPlan: return "the component itself";
    case By::kType: return "types";
    case By::kInside: return "inside another message";
    case By::kNobody: return "text cannot tell";
  }
  return "";
}

/// Text of one cell of a table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
  return escaped;
}

std::string row(const LoadCheck& check) {
  const bool told = check.by != By::kNobody;
  const std::string example = told ? "`` " + cell(check.bad) + " ``" : cell(check.reason);
  const std::string code = told ? "[" + std::string(check.code) + "](rules/" + std::string(check.code) + ".md)" : "";
  return "| `` " + cell(check.message) + " `` | " + code + " | " + std::string(finder(check.by)) + " | " + example + " |\n";
}

}  // namespace

std::string coverage_page() {
  std::map<std::string, std::vector<const LoadCheck*>> by_origin;
  std::map<By, size_t> counts;
  size_t all = 0;
  for (const LoadChecks* file : load_checks())
    for (const LoadCheck& check : file->rows) {
      by_origin[check.origin()].push_back(&check);
      ++counts[check.by];
      ++all;
    }
  std::string text = "# What lint knows of Alloy's refusals\n\nWritten from the tables in src/lint/load_checks by `ninja reference`. Each line is a message of Alloy's code, from the functions that look at "
                     "arguments when a config is loaded and, where they are listed, from those that make a component of them. The example is the body of the block that is refused; the tests run it, and a "
                     "mended one that is not.\n\n";
  text += std::to_string(all) + " messages: " + std::to_string(counts[By::kTable]) + " have a rule, " + std::to_string(counts[By::kPlan]) + " are found by planning the component as it runs, " +
          std::to_string(counts[By::kType] + counts[By::kInside]) + " show in another finding, and of " + std::to_string(counts[By::kNobody]) + " text cannot tell.\n";
  for (const auto& [origin, checks] : by_origin) {
    text += "\n## " + origin + "\n\n| Message | Code | Found by | Example, or why not |\n| --- | --- | --- | --- |\n";
    for (const LoadCheck* check : checks) text += row(*check);
  }
  return text;
}

}  // namespace invar::lint
