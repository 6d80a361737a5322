// syntax/load_errors: whole configs -> what validate and run print, how they end, and what run logs as a warning or an error.
#include <algorithm>
#include <set>
#include <sstream>

#include "tests/conformance/needs.h"
#include "tests/conformance/program.h"
#include "tests/conformance/suite.h"
#include "tests/conformance/texts.h"

namespace invar::load_errors {
namespace {

constexpr std::string_view kAddress = "127.0.0.1:";

std::vector<std::string> strings(const Json& list) {
  std::vector<std::string> out;
  for (const Json& item : list) out.push_back(item.get<std::string>());
  return out;
}

std::string without_field(const std::string& line, const std::string& field) {
  const size_t at = line.find(field);
  if (at == std::string::npos) return line;
  return line.substr(0, at) + line.substr(std::min(line.size(), line.find(' ', at) == std::string::npos ? line.size() : line.find(' ', at) + 1));
}

struct Streams {
  std::string plain;            // stderr without log lines
  std::set<std::string> warned; // warn and error lines without times and trace ids
};

Streams split_log(const std::string& error) {
  Streams streams;
  std::istringstream lines(error);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("{\"ts\":")) continue;
    if (!line.starts_with("ts=")) {
      streams.plain += line + (lines.eof() ? "" : "\n");
      continue;
    }
    line = without_field(without_field(without_field(line, "ts="), "trace_id="), "duration=");
    if (line.starts_with("level=warn") || line.starts_with("level=error")) streams.warned.insert(line);
  }
  return streams;
}

/// Alloy's diagnostics come in any order where its graph does: then only the set counts.
std::set<std::string> paragraphs(const std::string& text) {
  std::set<std::string> all;
  for (size_t from = 0; from < text.size();) {
    size_t to = text.find("\nError: ", from);
    to = to == std::string::npos ? text.size() : to + 1;
    std::string paragraph = text.substr(from, to - from);
    while (paragraph.ends_with('\n')) paragraph.pop_back();
    all.insert(std::move(paragraph));
    from = to;
  }
  return all;
}

struct Runner {
  const ConformanceCase& c;
  Workspace workspace{};

  Runner(const ConformanceCase& given) : c(given) {
    for (const auto& [name, content] : c.data["files"].items())
      workspace.write(name, content.is_string() ? content.get<std::string>() : base64_decoded(content["b64"].get<std::string>()));
  }

  ProgramRun program(const std::string& command, bool as_run = false) const {
    ProgramRun run;
    run.line = {command};
    run.directory = workspace.path();
    if (as_run) run.line.push_back("--as-run");
    if (command == "run") {
      run.line.insert(run.line.end(), {"--server.http.listen-addr=" + std::string(kAddress) + "0", "--storage.path=data", "--disable-reporting"});
      run.stop_when = [](const std::string& error) { return error.find("Alloy is running") != std::string::npos; };
    }
    for (const char* key : {"flags", "run_flags"})
      if (c.data.contains(key) && (command == "run" || std::string_view(key) == "flags"))
        for (std::string& flag : strings(c.data[key])) run.line.push_back(std::move(flag));
    run.line.push_back(c.data["path"].get<std::string>());
    if (c.data.contains("env"))
      for (const auto& [name, value] : c.data["env"].items()) run.environment[name] = value.get<std::string>();
    return run;
  }

  std::string placed(const std::string& text) const { return replaced(text, workspace.path().string(), "$DIR"); }

  std::string validate() const {
    if (!c.data.contains("validate")) return {};
    const Json& recorded = c.data["validate"];
    const ProgramResult got = run_program(program("validate"));
    const Json ours{{"exit", got.exit}, {"stdout", got.output}, {"stderr", placed(got.error)}};
    const Json theirs{{"exit", recorded["exit"]}, {"stdout", recorded["stdout"]}, {"stderr", recorded["stderr"]}};
    const std::string different = difference(theirs, ours);
    return different.empty() ? different : "validate: " + different;
  }

  std::string run() const {
    if (!c.data.contains("run")) return {};
    const Json& recorded = c.data["run"];
    const ProgramResult got = run_program(program("run"));
    const Streams streams = split_log(placed(got.error));
    if (c.defect && c.defect->match == "any-error")
      return got.exit == 1 && !streams.plain.empty() ? "" : "run: no clean error\n" + got.error;
    Json ours{{"exit", got.exit}, {"stdout", got.output}, {"reached_running", got.error.find("Alloy is running") != std::string::npos}};
    Json theirs{{"exit", recorded["exit"]}, {"stdout", recorded["stdout"]}, {"reached_running", recorded["reached_running"]}};
    ours["stderr"] = streams.plain;
    theirs["stderr"] = recorded["stderr"];
    ours["warn_error_logs"] = streams.warned;
    theirs["warn_error_logs"] = Json(strings(recorded["warn_error_logs"]));
    // loki.write gives nothing up for want of attempts: it says only that the end came first.
    if (c.defect && c.defect->match == "values")
      std::erase_if(theirs["warn_error_logs"].get_ref<Json::array_t&>(),
                    [](const Json& line) { return line.get<std::string>().find("no retries left, dropping data") != std::string::npos; });
    std::sort(theirs["warn_error_logs"].begin(), theirs["warn_error_logs"].end());
    if (c.data.value("run_unstable", false) && is_known_order(streams.plain)) ours["stderr"] = theirs["stderr"];
    const std::string different = difference(theirs, ours);
    return different.empty() ? different : "run: " + different;
  }

  /// `validate --as-run` says what `run` says, as far as that shows without starting anything.
  std::string as_run() const {
    if (!c.data.contains("run") || !strings(c.data["run_flags"]).empty()) return {};
    const Json& recorded = c.data["run"];
    const ProgramResult got = run_program(program("validate", true));
    const std::string error = placed(got.error);
    if (recorded["exit"] == 1 && got.exit == 0 && shows_only_when_started(recorded["stderr"].get<std::string>())) return {};
    Json ours{{"exit", got.exit}, {"stdout", got.output}, {"stderr", error}};
    Json theirs{{"exit", recorded["exit"]}, {"stdout", recorded["stdout"]}, {"stderr", recorded["stderr"]}};
    if (c.defect && c.defect->match == "any-error") return {};  // of what is in the world
    if (c.data.value("run_unstable", false) && is_known_order(error)) ours["stderr"] = theirs["stderr"];
    const std::string different = difference(theirs, ours);
    return different.empty() ? different : "validate --as-run: " + different;
  }

  /// What is said of files that components read, of peers, and of what was read.
  static bool shows_only_when_started(const std::string& error) {
    for (const char* words : {"no such file or directory", "connection refused", "repository not found", "encoding.from_yaml yaml:", "local.file.s.content should be number"})
      if (error.find(words) != std::string::npos) return true;
    return false;
  }

  bool is_known_order(const std::string& plain) const {
    bool known = paragraphs(plain) == paragraphs(c.data["run"]["stderr"]);
    for (const Json& other : c.data.value("run_alt_stderr", Json::array())) known = known || paragraphs(plain) == paragraphs(other.get<std::string>());
    return known;
  }

  /// `run` of what Alloy runs and this build cannot: it says so of the component or block that it has not, and starts nothing.
  std::string refusal(const std::string& missing) const {
    const ProgramResult got = run_program(program("run"));
    const std::string name = missing.substr(missing.rfind(' ') + 1);
    const bool named = got.error.find("this build of invar cannot run component \"" + name + "\"") != std::string::npos ||
                       got.error.find("is not supported by this build yet") != std::string::npos;
    const bool clean = got.exit == 1 && got.error.find("Alloy is running") == std::string::npos;
    return named && clean ? "" : "run: is not refused for want of " + missing + "\n" + got.error;
  }

  /// Neither command converts: both say so, and what does.
  std::string conversion_refusal(const std::string& format) const {
    const std::string refusal = "this build of invar cannot convert the format \"" + format + "\"; `alloy convert` writes a config that invar runs\n";
    const std::string reading = "reading config path \"" + c.data["path"].get<std::string>() + "\": ";
    Json expected = Json::object(), got = Json::object();
    for (const std::string command : {"validate", "run"}) {
      const ProgramResult result = run_program(program(command));
      expected[command] = {{"exit", 1}, {"stderr", "Error: " + (command == "run" ? reading : "") + refusal}};
      got[command] = {{"exit", result.exit}, {"stderr", result.error}};
    }
    return difference(expected, got);
  }

  /// What this build cannot run of it; empty when it can.
  std::string missing() const {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(workspace.path());
    ModuleSource source;
    const auto text = read_config(c.data["path"].get<std::string>());
    if (text) parse_config(*text, source);
    std::filesystem::current_path(before);
    return missing_parts(source);
  }
};

/// Prometheus' or Promtail's, if the config is to be converted from there.
std::string foreign_format(const ConformanceCase& c) {
  static constexpr std::string_view kFlag = "--config.format=p";
  for (const std::string& flag : strings(c.data.value("flags", Json::array())))
    if (flag.starts_with(kFlag)) return flag.substr(kFlag.size() - 1);
  return {};
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  const Runner runner(c);
  if (const std::string format = foreign_format(c); !format.empty()) return verdict(runner.conversion_refusal(format));
  const std::string invalid = runner.validate();
  if (!invalid.empty()) return Outcome::failed(invalid);
  const std::string missing = runner.missing();
  // Alloy's own refusals are compared also where something is missing; so is what starts without it.
  std::string different = runner.run();
  if (!different.empty() && !missing.empty() && c.data["run"]["reached_running"] == true) different = runner.refusal(missing);
  return verdict(different + runner.as_run());
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{{"syntax/load_errors"}, run};

}  // namespace invar::load_errors
