// syntax/cli: command lines -> exit code, both streams, and the files they change.
#include <regex>

#include "tests/conformance/program.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"

namespace invar::cli {
namespace {

/// Another version, told in the same form.
std::string form_of(const std::string& version) {
  static const std::regex kNumber("version v[^ ]+"), kValue("(branch|revision): *[^,)]*|(build user|build date|go version|platform|tags): *[^\n]*");
  return std::regex_replace(std::regex_replace(version, kNumber, "version V"), kValue, "$1$2:");
}

/// An agent that Alloy's own defect keeps from starting runs here, until SIGTERM ends it.
bool is_expected_to_start(const ConformanceCase& c) { return c.defect && c.defect->how.starts_with("starts"); }

std::string check_start(const ProgramResult& got) {
  static const std::regex kListens("\"msg\":\"now listening for http traffic\",\"service\":\"http\",\"addr\":\"127\\.0\\.0\\.1:[1-9][0-9]+\"");
  return got.exit == 0 && std::regex_search(got.error, kListens) ? "" : "  did not start and end: exit " + std::to_string(got.exit) + "\n" + got.error;
}

/// What a listed difference leaves to be seen: a start, a clean error, or the form of what is said.
std::string check_defect(const ConformanceCase& c, const ProgramResult& got) {
  if (is_expected_to_start(c)) return check_start(got);
  if (c.defect->match == "any-error")
    return got.exit == 1 && got.output.empty() && got.error.starts_with("Error: ") ? "" : "  no clean error: exit " + std::to_string(got.exit) + "\n" + got.output + got.error;
  return text_difference(form_of(c.data["stdout"]), form_of(got.output));
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  const Workspace workspace;
  // A case lists the files it names in plain sight only: all of the suite's are there.
  for (const Json& other : c.file["cases"])
    for (const auto& [name, text] : other["input_files"].items()) workspace.write(name, text.get<std::string>());
  ProgramRun program{.line = {}, .directory = workspace.path(), .environment = {}, .input = c.data.value("stdin", ""), .stop_when = {}};
  for (const Json& word : c.data["args"]) {
    std::string text = word.get<std::string>();
    if (const size_t at = text.find("$PORT"); at != std::string::npos) text.replace(at, 5, "0");
    program.line.push_back(std::move(text));
  }
  if (is_expected_to_start(c)) program.stop_when = [](const std::string& error) { return error.find("Alloy is running") != std::string::npos; };
  const ProgramResult got = run_program(program);
  if (c.defect) return verdict(check_defect(c, got));
  Json ours{{"exit", got.exit}, {"stdout", got.output}, {"stderr", got.error}};
  Json theirs{{"exit", c.data["exit"]}, {"stdout", c.data["stdout"]}, {"stderr", c.data["stderr"]}};
  const Json changed = c.data.value("files_changed", Json::object());
  for (const auto& [name, text] : changed.items()) {
    if (name.find("alloy_seed.json") != std::string::npos || name.starts_with("__")) continue;
    theirs[name] = text;
    ours[name] = contents_of(workspace.path() / name);
  }
  return verdict(difference(theirs, ours));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/cli"}, run};

}  // namespace invar::cli
