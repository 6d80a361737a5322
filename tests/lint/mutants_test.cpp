// Recorded configs with one realistic mistake each: lint must find each of them, at its place, and say little else; and
// say nothing of the configs they were made from.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "src/base/codes.h"
#include "src/lint/linter.h"
#include "stdlib/functions/library.h"

namespace invar::lint {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

fs::path charts() {
  const char* const shared = std::getenv("INVAR_SHARED");
  return (shared ? fs::path(shared) : fs::path(INVAR_ROOT) / "../shared") / "charts";
}

void say_absent() { MESSAGE("skipped: the recorded configs are not here; INVAR_SHARED says where"); }

/// Everything is allowed: a level that is missing is its own finding.
std::vector<Finding> findings_of(const fs::path& path, ConfigText& text, bool experimental) {
  text.files = {std::make_shared<const Source>(path.filename().string(), read(path))};
  LintOptions options;
  options.library = &stdlib_values();
  if (experimental) options.gate = {Stability::kExperimental, true};
  return lint(text, options);
}

using Key = std::pair<std::string, std::string>;
Key key(const Finding& finding) { return {std::string(finding.code), finding.message}; }

std::map<std::string, std::set<std::string>> categories() {
  std::map<std::string, std::set<std::string>> result;
  std::istringstream text(read(fs::path(INVAR_ROOT) / "tests/lint/categories.toml"));
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with('"')) continue;
    std::set<std::string>& codes = result[line.substr(1, line.find('"', 1) - 1)];
    for (size_t at = line.find('['); (at = line.find("INV", at)) != std::string::npos; at += 6) codes.insert(line.substr(at, 6));
  }
  return result;
}

/// Lines of a file, without comments.
std::set<std::string> names_in(const std::string& path) {
  std::set<std::string> names;
  std::istringstream text(read(fs::path(INVAR_ROOT) / path));
  for (std::string line; std::getline(text, line);)
    if (!line.empty() && !line.starts_with('#')) names.insert(line);
  return names;
}

const std::set<std::string>* codes_for(const std::map<std::string, std::set<std::string>>& known, std::string category) {
  while (true) {
    if (const auto found = known.find(category); found != known.end()) return &found->second;
    const size_t dot = category.rfind('.');
    if (dot == std::string::npos) return nullptr;
    category.resize(dot);
  }
}

/// The first line in which the texts differ. What was recorded as a mutant's line is that of the attribute for some that change an element of its list.
uint32_t first_difference(const ConfigText& base, const ConfigText& mutant) {
  const Source &before = *base.files.front(), &after = *mutant.files.front();
  uint32_t line = 1;
  while (line < after.line_count() && line < before.line_count() && before.line(line) == after.line(line)) ++line;
  return line;
}

/// Why the mutant does not count as found; empty when it does.
std::string missed(const fs::path& mutant, const Json& about, const std::map<std::string, std::set<std::string>>& known) {
  const std::string category = about["category"];
  const bool level = category.starts_with("stability") || category == "func.experimental";
  ConfigText base_text, text;
  std::map<Key, int> before;
  for (const Finding& finding : findings_of(charts() / about["base"].get<std::string>(), base_text, !level)) ++before[key(finding)];
  const auto* codes = codes_for(known, category);
  if (!codes) return "no codes for " + category;
  const uint32_t line = about["line"];
  std::string added;
  int count = 0;
  bool found = codes->empty();
  const std::vector<Finding> findings = findings_of(mutant, text, !level);
  const uint32_t changed = first_difference(base_text, text);
  for (const Finding& finding : findings) {
    if (before[key(finding)]-- > 0) continue;
    const Position first = finding.span.source->position(finding.span.begin), last = finding.span.source->position(finding.span.end);
    const auto covers = [&](uint32_t wanted) { return first.line <= wanted + 1 && last.line + 1 >= wanted; };
    const bool here = covers(line) || covers(changed);
    found = found || (codes->contains(std::string(finding.code)) && here);
    if (codes->empty() && finding.severity != FindingSeverity::kInfo) return "no mistake, but " + std::string(finding.code) + " " + finding.message;
    ++count;
    added += "\n    " + std::to_string(first.line) + ": " + std::string(finding.code) + " " + finding.message;
  }
  if (!found) return "not found at line " + std::to_string(line) + added;
  return count > 2 ? "too much is said" + added : "";
}

TEST_CASE("the mistakes of recorded mutants are found") {
  if (!fs::exists(charts())) return say_absent();
  const auto known = categories();
  const Json mutants = Json::parse(read(charts() / "mutants/expect.json"));
  const std::set<std::string> unfound = names_in("tests/lint/unfound_mutants.txt");
  size_t total = 0, found = 0;
  for (const auto& [name, about] : mutants.items()) {
    ++total;
    const std::string why = missed(charts() / "mutants" / name, about, known);
    found += why.empty();
    if (unfound.contains(name)) {
      CHECK_MESSAGE(!why.empty(), name << " is found now: take it out of unfound_mutants.txt");
      continue;
    }
    CHECK_MESSAGE(why.empty(), name << " (" << about["category"].get<std::string>() << ": " << about["mistake"].get<std::string>() << "): " << why);
  }
  MESSAGE(found << " of " << total << " mutants found");
}

TEST_CASE("nothing is said of configs that Alloy takes") {
  if (!fs::exists(charts())) return say_absent();
  size_t total = 0;
  for (const char* folder : {"public", "base"}) {
    const Json expected = Json::parse(read(charts() / folder / "expect.json"));
    for (const auto& [name, about] : expected.items()) {
      const bool valid = about["exit"] == 0 || (about.contains("experimental") && about["experimental"]["exit"] == 0);
      if (!valid || !name.ends_with(".alloy")) continue;
      ++total;
      ConfigText text;
      for (const Finding& finding : findings_of(charts() / folder / name, text, true))
        CHECK_MESSAGE((finding.severity == FindingSeverity::kInfo || finding.code == codes::kDeprecated || finding.code == "INV170"),
                      folder << "/" << name << ":" << finding.span.source->position(finding.span.begin).line << ": " << finding.code << " " << finding.message);
    }
  }
  MESSAGE(total << " configs");
}

}  // namespace
}  // namespace invar::lint
