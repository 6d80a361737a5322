#include "src/cli/lint/settings_flags.h"

#include <algorithm>

#include "src/base/quote.h"

namespace invar::lint_command {
namespace {

std::vector<std::string> split(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists)
    for (size_t begin = 0; begin <= list.size();) {
      const size_t end = std::min(list.find(',', begin), list.size());
      if (end > begin) words.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  return words;
}

std::optional<std::string> read_codes(const ParsedFlags& parsed, lint::Selection& selection) {
  if (parsed.is_given("select")) selection.select = split(parsed.texts("select"));
  selection.extend_select = split(parsed.texts("extend-select"));
  selection.ignore = split(parsed.texts("ignore"));
  for (const auto& list : {selection.select.value_or(std::vector<std::string>()), selection.extend_select, selection.ignore})
    for (const std::string& word : list)
      if (auto why = lint::refuse_selector(word)) return why;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_settings(const ParsedFlags& parsed, std::span<const Flag> flags, lint::Settings& settings) {
  if (parsed.is_given("fail-on")) {
    const std::string word = parsed.text(flags, "fail-on");
    settings.fail_on = lint::fail_on_named(word);
    if (!settings.fail_on) return "unknown severity " + invar::quoted(word) + ": error, warning, info or never";
  }
  if (parsed.is_given("stability.level")) {
    settings.stability_level = parsed.text(flags, "stability.level");
    if (auto why = lint::refuse_level(*settings.stability_level)) return why;
  }
  if (parsed.is_given("target")) {
    settings.target = parsed.text(flags, "target");
    if (settings.target != "alloy" && settings.target != "invar") return "unknown target " + invar::quoted(*settings.target) + ": alloy or invar";
  }
  if (parsed.is_given("feature.community-components.enabled")) settings.community = parsed.is_set(flags, "feature.community-components.enabled");
  settings.exclude = split(parsed.texts("exclude"));
  return read_codes(parsed, settings.selection);
}

}  // namespace invar::lint_command
