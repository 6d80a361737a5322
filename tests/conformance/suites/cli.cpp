// syntax/cli: command lines -> exit code, both streams, and the files they change.
#include <fstream>
#include <sstream>

#include "tests/conformance/program.h"
#include "tests/conformance/suite.h"

namespace invar::cli {
namespace {

/// Why a case waits; empty when it does not.
std::string missing(const ConformanceCase& c) {
  const auto& args = c.data["args"];
  if (!args.empty() && args[0] == "convert" && c.data["stderr"].get<std::string>().find("failed to ") != std::string::npos)
    return "the conversion of other formats";
  if (!args.empty() && args[0] == "convert" && c.data["exit"] == 0 && c.data["stdout"].get<std::string>().find("Usage:") == std::string::npos)
    return "the conversion of other formats";
  if (!args.empty() && args[0] == "gql" && c.data["stderr"].get<std::string>().find("execute GraphQL query") != std::string::npos) return "GraphQL queries";
  if (c.data["stdout"].get<std::string>().starts_with("alloy, version")) return "nothing: the version is invar's own";
  return {};
}

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  if (const std::string needed = missing(c); !needed.empty()) return Outcome::skipped("needs " + needed);
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
  const ProgramResult got = run_program(program);
  Json ours{{"exit", got.exit}, {"stdout", got.output}, {"stderr", got.error}};
  Json theirs{{"exit", c.data["exit"]}, {"stdout", c.data["stdout"]}, {"stderr", c.data["stderr"]}};
  const Json changed = c.data.value("files_changed", Json::object());
  for (const auto& [name, text] : changed.items()) {
    if (name.find("alloy_seed.json") != std::string::npos || name.starts_with("__")) continue;
    theirs[name] = text;
    ours[name] = read_all(workspace.path() / name);
  }
  return verdict(difference(theirs, ours));
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/cli"}, run};

}  // namespace invar::cli
