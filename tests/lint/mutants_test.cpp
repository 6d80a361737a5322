// Recorded configs with one realistic mistake each: lint must find each of them, at its place, and say little else; and
// say nothing of the configs they were made from.
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "src/base/codes.h"
#include "src/lint/linter.h"
#include "stdlib/functions/library.h"
#include "tests/lint/recorded_files.h"

namespace invar::lint {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

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

struct Lines {
  uint32_t first, last;
};

/// What the mutant changed: from the first line that differs from its base to the last one. The recorded line is that of the base, and a line away where lines were
/// put in.
Lines changed_lines(const fs::path& mutant, const fs::path& base, uint32_t recorded) {
  const auto lines_of = [](const fs::path& path) {
    std::vector<std::string> lines;
    std::istringstream text(read(path));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  };
  const auto now = lines_of(mutant), before = lines_of(base);
  size_t head = 0, tail = 0;
  while (head < now.size() && head < before.size() && now[head] == before[head]) ++head;
  while (tail + head < now.size() && tail + head < before.size() && now[now.size() - 1 - tail] == before[before.size() - 1 - tail]) ++tail;
  const uint32_t first = static_cast<uint32_t>(head) + 1, last = static_cast<uint32_t>(now.size() - tail);
  return {std::min(first, recorded > 1 ? recorded - 1 : 1), std::max(last, recorded + 1)};
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
  const Lines changed = changed_lines(mutant, charts() / about["base"].get<std::string>(), line);
  std::string added;
  int count = 0;
  bool found = codes->empty();
  for (const Finding& finding : findings_of(mutant, text, !level)) {
    if (before[key(finding)]-- > 0) continue;
    const Position first = finding.span.source->position(finding.span.begin), last = finding.span.source->position(finding.span.end);
    const bool here = first.line <= changed.last && last.line >= changed.first;
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

bool is_accepted(const Json& about) { return about["exit"] == 0 || (about.contains("experimental") && about["experimental"]["exit"] == 0); }

TEST_CASE("what lint calls an error of a mutant, Alloy refuses") {
  if (!fs::exists(charts())) return say_absent();
  const Json mutants = Json::parse(read(charts() / "mutants/expect.json"));
  for (const auto& [name, about] : mutants.items()) {
    const std::string run = about.value("run", "");
    if (about["caught_by_validate"] == true || !is_accepted(about) || (run != "never" && run != "log")) continue;
    ConfigText base_text, text;
    std::map<Key, int> before;
    for (const Finding& finding : findings_of(charts() / about["base"].get<std::string>(), base_text, true)) ++before[key(finding)];
    for (const Finding& finding : findings_of(charts() / "mutants" / name, text, true))
      // Its base needs a cluster, so that what refuses the mutant was not reached.
      CHECK_MESSAGE((finding.severity != FindingSeverity::kError || before[key(finding)]-- > 0 || about["category"] == "func.secret_leak"),
                    name << ": " << finding.code << " " << finding.message);
  }
}

fs::path docs() { return charts().parent_path() / "conformance/docs"; }

TEST_CASE("of configs of Alloy's documentation that validate accepts, what is said is known to be so") {
  if (!fs::exists(docs())) return say_absent();
  std::set<std::string> known, told;
  std::istringstream list(read(fs::path(INVAR_ROOT) / "tests/lint/docs_findings.txt"));
  for (std::string line; std::getline(list, line);)
    if (!line.empty() && !line.starts_with('#')) known.insert(line.substr(0, line.find(' ', line.find(' ') + 1)));
  const Json configs = Json::parse(read(docs() / "expect.json"));
  for (const auto& [name, about] : configs.items()) {
    if (!is_accepted(about) || !name.ends_with(".alloy")) continue;
    ConfigText text;
    for (const Finding& finding : findings_of(docs() / name, text, true)) {
      if (finding.severity == FindingSeverity::kInfo || finding.code == codes::kDeprecated) continue;
      const std::string entry = name + " " + std::string(finding.code);
      told.insert(entry);
      CHECK_MESSAGE(known.contains(entry), entry << " line " << finding.span.source->position(finding.span.begin).line << " " << finding.message);
    }
  }
  for (const std::string& entry : known) CHECK_MESSAGE(told.contains(entry), entry << " is not said any more: take it out of docs_findings.txt");
}

TEST_CASE("nothing is said of configs that Alloy takes") {
  if (!fs::exists(charts())) return say_absent();
  size_t total = 0;
  for (const char* folder : {"public", "base"}) {
    const Json expected = Json::parse(read(charts() / folder / "expect.json"));
    for (const auto& [name, about] : expected.items()) {
      if (!is_accepted(about) || !name.ends_with(".alloy")) continue;
      ++total;
      ConfigText text;
      for (const Finding& finding : findings_of(charts() / folder / name, text, true))
        CHECK_MESSAGE((finding.severity == FindingSeverity::kInfo || finding.code == codes::kDeprecated),
                      std::string(folder) << "/" << name << ":" << finding.span.source->position(finding.span.begin).line << ": " << finding.code << " " << finding.message);
    }
  }
  MESSAGE(total << " configs");
}

}  // namespace
}  // namespace invar::lint
