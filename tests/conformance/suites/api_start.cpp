// api/start: starts that are refused, with all that is printed; and the log of a process that starts, reloads by signal and ends.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "src/parser/parse.h"
#include "tests/conformance/log_lines.h"
#include "tests/conformance/needs.h"
#include "tests/conformance/recorded_session.h"

namespace invar::api_start {
namespace {

constexpr int kAgentPort = 13700;

/// Somebody else on a port.
class Squatter {
 public:
  explicit Squatter(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) ::listen(fd_, 1);
  }
  ~Squatter() { ::close(fd_); }
  Squatter(const Squatter&) = delete;
  Squatter& operator=(const Squatter&) = delete;

 private:
  int fd_;
};

bool is_log_line(const std::string& line) { return line.starts_with("ts=") || line.starts_with("20"); }

struct Output {
  std::vector<std::string> log;  // comparable
  std::vector<std::string> plain;
};

/// A refused start applies nothing, also not the settings of the HTTP server.
Output split(const std::vector<std::string>& lines, const LogLines& log) {
  Output output;
  std::vector<std::string> logged;
  for (const std::string& line : lines) (is_log_line(line) ? logged : output.plain).push_back(line);
  output.log = log.comparable(logged, [](const std::string& line) { return line.find("applying non-TLS config") == std::string::npos; });
  return output;
}

std::string missing_of(const Json& config) {
  if (!config.is_string()) return {};
  Diagnostics ignored;
  ModuleSource source;
  if (const ast::FilePtr file = parse_file(std::make_shared<Source>("config.alloy", config.get<std::string>()), ignored)) source.files.push_back(file);
  return missing_parts(source);
}

struct Start {
  Workspace workspace;
  MovedPorts ports;

  ProgramRun program(const std::string& path) {
    ProgramRun run;
    run.line = {"run", "--server.http.listen-addr=127.0.0.1:" + std::to_string(ports.moved(kAgentPort)), "--storage.path=data", "--disable-reporting", path};
    run.directory = workspace.path();
    run.stop_when = [](const std::string& error) { return error.find("Alloy is running") != std::string::npos; };
    return run;
  }
  LogLines lines() const {
    return LogLines([this](const std::string& line) { return ports.back(line); });
  }
};

/// Refused, where Alloy says so later.
std::string run_port_in_use() {
  Start start;
  start.workspace.write("config.alloy", "");
  const int port = start.ports.moved(kAgentPort);
  const Squatter squatter(port);
  const ProgramResult got = run_program(start.program("config.alloy"));
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const bool logged = got.error.find("level=error msg=\"failed to listen on " + address + "\" service=http err=\"listen tcp " + address + ": bind: address already in use\"") !=
                      std::string::npos;
  return got.exit == 1 && logged ? "" : "  no clean error:\n" + got.error;
}

Outcome run_boot(const ConformanceCase& c) {
  Start start;
  const Json& config = c.data["config"];
  if (config.is_string()) start.workspace.write("config.alloy", config);
  if (c.name == "bad_positions") start.workspace.write("data/loki.source.file.f/positions.yml", "positions: [a");
  ProgramRun program = start.program(config.is_string() ? "config.alloy" : "absent.alloy");
  constexpr std::string_view kNoBroker =
      "err=\"error creating kafka client: kafka: client has run out of available brokers to talk to: dial tcp 127.0.0.1:13799: connect: connection refused\"";
  if (c.name == "kafka_down")
    program.stop_when = [&, running = program.stop_when](const std::string& error) { return running(error) && error.find(kNoBroker) != std::string::npos; };
  const ProgramResult got = run_program(program);
  if (c.defect && c.defect->how.find("process runs and is ready") != std::string::npos) {
    const std::string_view why = c.name == "kafka_down" ? kNoBroker : c.name == "bad_positions" ? "yaml: line 1: did not find expected ',' or ']'" : "";
    const bool said = got.error.find(why) != std::string::npos;
    if (got.exit == 1 && got.error.find("Error: config.alloy:1:1: Failed to build component: building component: invalid yaml positions file") != std::string::npos)
      return Outcome::skipped("loki.source.file does not start yet with a positions file that makes no sense");
    return got.exit == 0 && said ? Outcome::passed() : Outcome::failed("  it does not run, or the error is not in the log:\n" + got.error);
  }
  Output theirs = split(c.data["output"].get<std::vector<std::string>>(), start.lines());
  const Output ours = split(lines_of(got.error), start.lines());
  // The recording has both streams in one: the line without text before the last one is all there is on stdout.
  std::string output;
  if (const size_t lines = theirs.plain.size(); lines > 1 && theirs.plain[lines - 2].empty()) {
    theirs.plain.erase(theirs.plain.end() - 2);
    output = "\n";
  }
  return verdict(difference(Json{{"exit", c.data["exit"]}, {"stdout", output}, {"stderr", theirs.plain}, {"log", theirs.log}},
                            Json{{"exit", got.exit}, {"stdout", got.output}, {"stderr", ours.plain}, {"log", ours.log}}));
}

/// A start that Alloy goes through with and invar refuses.
std::string run_refused(const ConformanceCase& c) {
  Start start;
  const bool bad_pem = c.name == "http_tls_bad_pem";
  start.workspace.write("config.alloy", bad_pem ? "http {\n  tls {\n    cert_pem = \"no PEM\"\n    key_pem = \"no PEM\"\n  }\n}\n"
                                                : "http {\n  tls {\n    cert_file = \"absent.pem\"\n    key_file = \"absent.key\"\n  }\n}\n");
  const ProgramResult got = run_program(start.program("config.alloy"));
  const bool names = got.error.find(bad_pem ? "PEM" : "absent.pem") != std::string::npos;
  return got.exit == 1 && names ? "" : "  no clean error:\n" + got.error;
}

/// An empty config, reloaded by signal as it is and with a mistake.
std::string run_empty(const ConformanceCase& c) {
  RecordedSession session("", {});
  LiveAgent& agent = session.agent();
  if (!agent.ready()) return agent.log();
  agent.signal(SIGHUP, "config reloaded");
  session.workspace().write("config.alloy", "x {");
  agent.signal(SIGHUP, "failed to reload config");
  agent.stop();
  const LogLines log([&](const std::string& line) { return session.back(line); });
  return difference(log.comparable(c.data.get<std::vector<std::string>>()), log.comparable(lines_of(agent.log())));
}

std::string run_cluster(const ConformanceCase& c) {
  RecordedSession session("discovery.relabel \"d\" {\n  targets = []\n}\nloki.echo \"e\" { }\n", {"--cluster.enabled", "--cluster.node-name=n1", "--cluster.name=c1"});
  if (!session.agent().ready()) return session.agent().log();
  session.agent().stop();
  const LogLines log([&](const std::string& line) { return session.back(line); });
  return difference(log.comparable(c.data.get<std::vector<std::string>>()), log.comparable(lines_of(session.agent().log())));
}

Outcome run(const ConformanceCase& c) {
  if (!program_exists()) return Outcome::skipped("needs the invar program: build the target invar");
  if (c.name == "empty_log") return verdict(run_empty(c));
  if (c.name == "cluster_log") return verdict(run_cluster(c));
  if (c.name == "http_port_in_use") return verdict(run_port_in_use());
  if (c.name.starts_with("http_tls_")) return verdict(run_refused(c));
  if (const std::string missing = missing_of(c.data["config"]); !missing.empty()) return Outcome::skipped("needs " + missing);
  return run_boot(c);
}

}  // namespace

extern const ConformanceSuite kSuite;
const ConformanceSuite kSuite{.files = {"api/start"}, .run = run};

}  // namespace invar::api_start
